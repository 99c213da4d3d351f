import type { IncomingRecord, OutgoingRecord } from '../client/records.ts';

/** Partitions in memory: records in order, each with an offset and the time at which it was appended. */
export class MemoryLog {
  readonly #partitions = new Map<string, IncomingRecord[]>();

  append(
    record: Pick<OutgoingRecord, 'topic' | 'partition' | 'value' | 'headers'> & {
      key?: OutgoingRecord['key'];
    },
    timestampMs: number,
  ): number {
    const { topic, partition, key = null, value, headers = {} } = record;
    const records = this.#of(topic, partition);
    const offset = (records.at(-1)?.offset ?? -1) + 1;
    const keyBytes = typeof key === 'string' ? Buffer.from(key) : key;
    records.push({ topic, partition, offset, timestampMs, key: keyBytes, value, headers });
    return offset;
  }

  /** Adds a record of another log where it stands there, after all that are here: offsets between may be missing. */
  add(record: IncomingRecord): void {
    this.#of(record.topic, record.partition).push(record);
  }

  read(topic: string, partition: number): readonly IncomingRecord[] {
    return this.#of(topic, partition);
  }

  /** The first offset with an append time at or after `timeMs`; the end if there is none. */
  offsetAtTime(topic: string, partition: number, timeMs: number): number {
    const records = this.#of(topic, partition);
    return records.find((record) => record.timestampMs >= timeMs)?.offset ?? this.end(topic, partition);
  }

  /** The offset after the last record. */
  end(topic: string, partition: number): number {
    return (this.#of(topic, partition).at(-1)?.offset ?? -1) + 1;
  }

  /** The first record at or after an offset. */
  next(topic: string, partition: number, offset: number): IncomingRecord | undefined {
    const records = this.#of(topic, partition);
    // Without gaps it stands at its offset; with some, before.
    let index = Math.min(offset, records.length);
    while (index > 0 && (records[index - 1]?.offset ?? 0) >= offset) index -= 1;
    return records[index];
  }

  #of(topic: string, partition: number): IncomingRecord[] {
    const key = `${topic}/${partition}`;
    const known = this.#partitions.get(key) ?? [];
    this.#partitions.set(key, known);
    return known;
  }
}
