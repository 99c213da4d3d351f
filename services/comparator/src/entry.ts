import { traceHeaders } from '@understudy/domain';
import type { ProductionResult } from '@understudy/schemas-avro';
import type { IncomingRecord } from '@understudy/streams';
import type { JoinedEntry } from './join.ts';
import type { ReadRequest, ReadShadowResponse } from './record-reader.ts';

/** A request, and what else of its record is of use. */
export interface TracedRequest extends ReadRequest {
  /** Its trace context, as headers for records that come of it. */
  readonly trace: Readonly<Record<string, string>>;
  /** The request key: a session's id, or else the exchange id. */
  readonly key: Buffer | null;
}

/** Into the object that was decoded for this record alone: a copy of every request would be felt. */
export function tracedRequest(
  request: ReadRequest,
  { headers, key }: Pick<IncomingRecord, 'headers' | 'key'>,
): TracedRequest {
  return Object.assign(request, { trace: traceHeaders(headers), key });
}

/** Production's result and where it stands; offset null: in the request's own record. */
export interface PositionedProduction {
  readonly offset: number | null;
  readonly result: ProductionResult;
}

export interface PositionedShadow {
  readonly offset: number;
  readonly response: ReadShadowResponse;
}

/** A sampled request with both its responses, as records know them; request null: it can't be read. */
export type Entry = JoinedEntry<TracedRequest | null, PositionedProduction, PositionedShadow>;
