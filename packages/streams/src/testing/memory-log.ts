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
    const offset = records.length;
    const keyBytes = typeof key === 'string' ? Buffer.from(key) : key;
    records.push({ topic, partition, offset, timestampMs, key: keyBytes, value, headers });
    return offset;
  }

  read(topic: string, partition: number): readonly IncomingRecord[] {
    return this.#of(topic, partition);
  }

  /** The first offset with an append time at or after `timeMs`; the end if there is none. */
  offsetAtTime(topic: string, partition: number, timeMs: number): number {
    const records = this.#of(topic, partition);
    return records.find((record) => record.timestampMs >= timeMs)?.offset ?? records.length;
  }

  #of(topic: string, partition: number): IncomingRecord[] {
    const key = `${topic}/${partition}`;
    const known = this.#partitions.get(key) ?? [];
    this.#partitions.set(key, known);
    return known;
  }
}
