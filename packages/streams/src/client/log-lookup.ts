import type { Cluster } from 'kafkajs';
import { openCluster, type ReaderCluster } from './cluster.ts';
import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import { type FetchedRecords, fetchFrom, type FetchPosition } from './fetch-records.ts';
import { lookUpBounds, lookUpOffsets } from './offset-lookup.ts';
import { type IncomingRecord, recordBytes } from './records.ts';
import { retryWithin } from './retry.ts';

/**
 * Reads records again, by position or by time, beside whoever follows the log: what is committed, in no group.
 *
 * @throws {StreamsError} 'kafka-unavailable' or 'topic-missing' after 10 s, from every method
 */
export interface LogLookup {
  /** The first offset that the log still holds. */
  start(topic: string, partition: number): Promise<number>;
  /** The first offset whose record was appended at or after `timeMs`; the end where there is none. */
  offsetAtTime(topic: string, partition: number, timeMs: number): Promise<number>;
  /**
   * Some records from an offset on, and where to read on: at `nextOffset`, which is the offset asked for at the end of
   * the log. Null: the log does not hold it any more.
   */
  read(topic: string, partition: number, offset: number): Promise<FetchedRecords | null>;
}

/** The record at an offset; null: it is deleted, or there never was one that is committed. */
export async function recordAt(
  lookup: LogLookup,
  { topic, partition, offset }: FetchPosition,
): Promise<IncomingRecord | null> {
  const found = await lookup.read(topic, partition, offset);
  return found?.records.find((record) => record.offset === offset) ?? null;
}

const limitMs = 10_000;
/** Few records a fetch, for often only one is wanted; and no waiting, for others wait behind it. */
const fetching = { maxBytes: 262_144, maxWaitMs: 0 };
/** Fetches kept in memory, at most 16 MiB unless batches are larger than a fetch. */
const maxChunks = 64;

/** What a fetch gave: final, for what is committed doesn't change. */
interface Chunk extends FetchedRecords {
  readonly at: FetchPosition;
}

/**
 * A {@link LogLookup} of Kafka, for all tasks of a process. The last fetches are kept, so that records that are looked
 * up nearly in the order of the log cost a fetch for many.
 */
export class KafkaLogLookup implements LogLookup {
  readonly #connection: KafkaConnection;
  readonly #onFetched: (bytes: number) => void;
  /** Opened when something is looked up for the first time: many processes never do. */
  #opening: Promise<ReaderCluster> | null = null;
  /** The one used last at the end. */
  #chunks: Chunk[] = [];

  /** @param onFetched - told of every fetch, how many bytes its records have; default nobody is */
  constructor(connection: KafkaConnection, onFetched: (bytes: number) => void = () => {}) {
    this.#connection = connection;
    this.#onFetched = onFetched;
  }

  async start(topic: string, partition: number): Promise<number> {
    return (await this.#bounds(topic, partition)).start;
  }

  async offsetAtTime(topic: string, partition: number, timeMs: number): Promise<number> {
    // The end first: what is appended during the call doesn't count.
    const { end } = await this.#bounds(topic, partition);
    const asked = { partitions: [partition], question: { fromTimestamp: timeMs } };
    const [found] = await this.#ask(topic, (cluster) => lookUpOffsets(cluster, topic, asked));
    return Math.min(found ?? end, end);
  }

  async read(topic: string, partition: number, offset: number): Promise<FetchedRecords | null> {
    const at = { topic, partition, offset };
    const kept = this.#chunks.find((chunk) => isIn(chunk, at));
    if (kept !== undefined) {
      this.#keep(kept);
      return from(kept, offset);
    }
    try {
      const fetched = await this.#ask(topic, (cluster) => this.#fetch(cluster, at));
      if (fetched.nextOffset > offset) this.#keep({ ...fetched, at });
      return fetched;
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'offset-out-of-range') return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#chunks = [];
    await this.#opening?.then((reader) => reader.close());
  }

  /** Brokers answer with nothing in passing, too: only the log's bounds tell its end. */
  async #fetch(cluster: Cluster, at: FetchPosition): Promise<FetchedRecords> {
    const { topic, partition, offset } = at;
    const { start, end } = await this.#bounds(topic, partition);
    if (offset < start)
      throw new StreamsError('offset-out-of-range', `${topic}/${partition} begins at ${start}`);
    if (offset >= end) return { records: [], nextOffset: offset };
    const fetched = await fetchFrom(cluster, at, fetching);
    this.#onFetched(fetched.records.reduce((bytes, record) => bytes + recordBytes(record), 0));
    if (fetched.nextOffset === offset) throw new StreamsError('kafka-unavailable', 'Kafka: an empty answer');
    return fetched;
  }

  async #bounds(topic: string, partition: number): Promise<{ start: number; end: number }> {
    const [bounds] = await this.#ask(topic, (cluster) => lookUpBounds(cluster, topic, [partition]));
    if (bounds === undefined)
      throw new StreamsError('topic-missing', `Kafka: no answer for ${topic}/${partition}`);
    return bounds;
  }

  #ask<T>(topic: string, question: (cluster: Cluster) => Promise<T>): Promise<T> {
    return retryWithin(limitMs, `look up "${topic}"`, async () => {
      const { cluster } = await this.#open();
      await cluster.addMultipleTargetTopics([topic]);
      return question(cluster);
    });
  }

  #open(): Promise<ReaderCluster> {
    this.#opening ??= openCluster(this.#connection, 'log-lookup').catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  #keep(chunk: Chunk): void {
    this.#chunks = [...this.#chunks.filter((other) => other !== chunk), chunk].slice(-maxChunks);
  }
}

function isIn({ at, nextOffset }: Chunk, { topic, partition, offset }: FetchPosition): boolean {
  return at.topic === topic && at.partition === partition && at.offset <= offset && offset < nextOffset;
}

function from({ records, nextOffset }: Chunk, offset: number): FetchedRecords {
  return { records: records.filter((record) => record.offset >= offset), nextOffset };
}
