import { type LogLookup, StreamsError } from '@understudy/streams';
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

export function leftInLog(offset: number): KeptProduction {
  return { offset, result: null };
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
 * @throws {StreamsError} 'offset-out-of-range' where it has been deleted meanwhile; 'kafka-unavailable' where it can't be
 *   read now, because of the registry too: the task begins again, for the record in hand is joined and must not be taken twice
 */
export async function readAgain(options: ReadAgainOptions, entry: KeptEntry): Promise<Entry> {
  const { request, production, shadow } = entry;
  if (production === null || production.result !== null) return { request, production, shadow };
  const { offset } = production;
  const { topic, partition, reader, lookup } = options;
  const at = `${topic}/${partition}@${offset}`;
  const found = await passing(at, () => lookup.read(topic, partition, offset));
  if (found === null) {
    throw new StreamsError('offset-out-of-range', `${at} was deleted before its request was judged`);
  }
  const record = found.records.find((each) => each.offset === offset);
  const response =
    record === undefined ? null : await passing(at, () => reader.read('production-response', record));
  if (response === null)
    throw new StreamsError('kafka-unavailable', `${at} is not to be seen: a leader has changed`);
  return { request, production: { offset, result: response.result }, shadow };
}

/** What keeps a record from being read passes. */
async function passing<T>(at: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new StreamsError('kafka-unavailable', `${at} can't be read again: ${String(cause)}`, { cause });
  }
}
