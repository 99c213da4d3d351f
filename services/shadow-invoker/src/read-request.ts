import { isTick, traceHeaders } from '@understudy/domain';
import type { Request } from '@understudy/schemas-avro';
import { type IncomingRecord, type RecordCodecs, StreamsError } from '@understudy/streams';

/**
 * The request of a record, from the requests or a retry topic. Null for a tick; an error for one that can't be read. A
 * registry that is away is thrown: then we wait.
 */
export async function readRequest(
  record: IncomingRecord,
  codecs: RecordCodecs,
): Promise<Request | StreamsError | null> {
  if (isTick(record) || record.value === null) return null;
  try {
    return traced(record, await codecs.decode('request', record.value));
  } catch (error) {
    if (error instanceof StreamsError && error.code === 'unreadable') return error;
    throw error;
  }
}

/** With the trace context of its record: there is one also where the caller sent none. */
function traced({ headers }: IncomingRecord, request: Request): Request {
  return { ...request, headers: { ...request.headers, ...traceHeaders(headers) } };
}
