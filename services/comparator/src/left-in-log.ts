import { type LogLookup, recordAt, StreamsError } from '@understudy/streams';
import type { Entry, PositionedProduction, TracedRequest, PositionedShadow } from './entry.ts';
import type { JoinedEntry } from './join.ts';
import type { RecordReader } from './record-reader.ts';

/** A production response of which only the place is kept: there was no room for it, or a request had it before. */
interface LeftInLog {
  readonly offset: number;
  readonly result: null;
}

/** A production response as the join keeps it. */
export type KeptProduction = PositionedProduction | LeftInLog;

/** An entry as the join gives it: its production response may have to be read again. */
export type KeptEntry = JoinedEntry<TracedRequest | null, KeptProduction, PositionedShadow>;

/** What is in its request's own record has no place of its own, and stays as it is. */
export function leftInLog(production: KeptProduction): KeptProduction {
  const { offset } = production;
  return offset === null ? production : { offset, result: null };
}

export function isWhole(entry: KeptEntry): entry is Entry {
  return entry.production === null || entry.production.result !== null;
}

export interface ReadAgainOptions {
  readonly topic: string;
  readonly partition: number;
  readonly reader: RecordReader;
  readonly lookup: LogLookup;
}

/**
 * The entry with its production response, which this task has read before.
 *
 * @throws {StreamsError} 'offset-out-of-range' where it has been deleted meanwhile; 'kafka-unavailable' where Kafka or the
 *   registry is away: the task begins again, for the record in hand is joined already and must not be taken twice
 */
export async function readAgain(
  { topic, partition, reader, lookup }: ReadAgainOptions,
  entry: KeptEntry,
): Promise<Entry> {
  const { request, production, shadow } = entry;
  if (production === null || production.result !== null) return { request, production, shadow };
  const { offset } = production;
  try {
    const record = await recordAt(lookup, { topic, partition, offset });
    const response = record === null ? null : await reader.read('production-response', record);
    if (response !== null) return { request, production: { offset, result: response.result }, shadow };
  } catch (cause) {
    throw new StreamsError('kafka-unavailable', `${topic}/${partition}@${offset} can't be read again`, {
      cause,
    });
  }
  const message = `${topic}/${partition} no longer holds offset ${offset}: it was deleted before its request was judged`;
  throw new StreamsError('offset-out-of-range', message);
}
