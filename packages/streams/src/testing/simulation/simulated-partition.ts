import type { PartitionBounds } from '../../client/admin.ts';
import type { IncomingRecord, OutgoingRecord } from '../../client/records.ts';
import { filterAbortedMessages } from '../../client/shims/aborted-filter.ts';

/** How a transaction ends. */
export type Ending = 'commit' | 'abort';

/** A record, or the marker that ends a transaction. */
interface Entry {
  readonly record: IncomingRecord;
  /** Whose transaction it is of; null: of none. */
  readonly producer: string | null;
  readonly marks: Ending | null;
}

interface AbortedTransaction {
  readonly producer: string;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** What a fetch brings: what is committed of some records in order, and where to go on. */
export interface Fetched {
  readonly records: readonly IncomingRecord[];
  readonly nextOffset: number;
}

/**
 * One partition of the simulated log, as a broker keeps it: records of open and of aborted transactions stand among the
 * others, markers take offsets, and readers of what is committed see up to the first record of an open transaction.
 */
export class SimulatedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly #entries: Entry[] = [];
  readonly #open = new Map<string, number>();
  readonly #aborted: AbortedTransaction[] = [];
  #start = 0;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get bounds(): PartitionBounds {
    return { start: this.#start, end: Math.min(this.#entries.length, ...this.#open.values()) };
  }

  /** @param producer whose transaction the record is of; null: of none. @returns its offset */
  append(record: OutgoingRecord, timestampMs: number, producer: string | null): number {
    const offset = this.#entries.length;
    if (producer !== null && !this.#open.has(producer)) this.#open.set(producer, offset);
    const { key, value, headers = {} } = record;
    const keyBytes = typeof key === 'string' ? Buffer.from(key) : key;
    this.#add({ timestampMs, key: keyBytes, value, headers }, producer, null);
    return offset;
  }

  /** Writes the marker of a producer's transaction. */
  end(producer: string, ending: Ending, timestampMs: number): void {
    const firstOffset = this.#open.get(producer);
    if (firstOffset === undefined) return;
    this.#open.delete(producer);
    const lastOffset = this.#entries.length;
    if (ending === 'abort') this.#aborted.push({ producer, firstOffset, lastOffset });
    const key = Buffer.from([0, 0, 0, ending === 'abort' ? 0 : 1]);
    this.#add({ timestampMs, key, value: null, headers: {} }, producer, ending);
  }

  /** Retention: what stands before `offset` is gone. */
  deleteBefore(offset: number): void {
    this.#start = Math.max(this.#start, offset);
  }

  /** The first offset at or after a time that readers of what is committed can see, or their end. */
  offsetAtTime(timeMs: number): number {
    const { start, end } = this.bounds;
    for (let offset = start; offset < end; offset += 1)
      if ((this.#entries[offset]?.record.timestampMs ?? 0) >= timeMs) return offset;
    return end;
  }

  /** At most `max` entries from an offset on; null where the log does not hold it. */
  fetch(from: number, max: number): Fetched | null {
    if (from < this.#start || from > this.#entries.length) return null;
    const nextOffset = Math.max(from, Math.min(this.bounds.end, from + max));
    const messages = this.#entries.slice(from, nextOffset).map(({ record, producer, marks }) => ({
      record,
      offset: String(record.offset),
      key: record.key,
      isControlRecord: marks !== null,
      batchContext: { producerId: producer ?? '', inTransaction: producer !== null },
    }));
    const abortedTransactions = this.#aborted
      .filter(({ lastOffset }) => lastOffset >= from)
      .map(({ producer, firstOffset }) => ({ producerId: producer, firstOffset: String(firstOffset) }));
    const records = filterAbortedMessages({ messages, abortedTransactions })
      .filter(({ isControlRecord }) => !isControlRecord)
      .map(({ record }) => record);
    return { records, nextOffset };
  }

  /** What is committed, told by the markers that follow and not by what a fetch says: for who checks the others. */
  committed(): readonly IncomingRecord[] {
    const endings = new Map<string, Ending>();
    const committed: IncomingRecord[] = [];
    for (const { record, producer, marks } of this.#entries.toReversed()) {
      if (producer !== null && marks !== null) endings.set(producer, marks);
      else if (producer === null || endings.get(producer) === 'commit') committed.push(record);
    }
    return committed.reverse();
  }

  #add(
    record: Omit<IncomingRecord, 'topic' | 'partition' | 'offset'>,
    producer: string | null,
    marks: Ending | null,
  ): void {
    const { topic, partition } = this;
    const offset = this.#entries.length;
    this.#entries.push({ record: { topic, partition, offset, ...record }, producer, marks });
  }
}
