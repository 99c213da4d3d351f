import type { Values } from './values.ts';
import type { RawRecord } from './visible-records.ts';

/** A record of one partition, decoded. */
export interface Logged<T> {
  readonly partition: number;
  readonly offset: number;
  /** The log's time at the record: the greatest append time up to it in its partition, ms since the epoch. */
  readonly timeMs: number;
  readonly key: string | null;
  readonly kind: 'value' | 'tick' | 'unreadable';
  /** Null unless `kind` is value. */
  readonly value: T | null;
  readonly raw: RawRecord;
}

/** A whole partition of records named `understudy.(name)`. */
export async function loggedRecords<T>(
  values: Values,
  name: string,
  partition: number,
  records: readonly RawRecord[],
): Promise<readonly Logged<T>[]> {
  const logged: Logged<T>[] = [];
  let timeMs = 0;
  for (const raw of records) {
    timeMs = Math.max(timeMs, raw.timestampMs);
    const value = raw.value === null ? null : await values.read<T>(name, raw.value);
    const kind = raw.value === null ? 'tick' : value === null ? 'unreadable' : 'value';
    const key = raw.key?.toString() ?? null;
    logged.push({ partition, offset: raw.offset, timeMs, key, kind, value, raw });
  }
  return logged;
}
