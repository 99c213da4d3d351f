import type { Records } from '@understudy/schemas-avro';
import { deadLetter, type IncomingRecord, type OutgoingRecord, StreamsError } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';

/** What was read, or null; a promise only where a schema has to be fetched first, for one each would be felt. */
export type Read<T> = T | null | Promise<T | null>;

/**
 * Reads the records of a join's inputs. A registry that is away is thrown: then the task waits. What can't be read is
 * null, and where nobody else does it, becomes a dead letter, once for its position.
 */
export class RecordReader {
  readonly #lane: ComparatorLane;
  readonly #buried: ReadonlyMap<string, number>;
  #deadLetters: OutgoingRecord[] = [];

  /** @param buried - next offset, by topic, of which nothing was put among the dead letters before */
  constructor(lane: ComparatorLane, buried: ReadonlyMap<string, number>) {
    this.#lane = lane;
    this.#buried = buried;
  }

  /** Null for a record that can't be read; another service has buried it. */
  read<K extends keyof Records>(name: K, record: IncomingRecord): Read<Records[K]> {
    return this.#decode(name, record, 'pass');
  }

  /** As `read`, and what can't be read goes to the dead letters. */
  readOrBury<K extends keyof Records>(name: K, record: IncomingRecord): Read<Records[K]> {
    return this.#decode(name, record, 'bury');
  }

  /** Takes the dead letters since the last call. */
  takeDeadLetters(): readonly OutgoingRecord[] {
    const taken = this.#deadLetters;
    this.#deadLetters = [];
    return taken;
  }

  #decode<K extends keyof Records>(
    name: K,
    record: IncomingRecord,
    unreadable: 'pass' | 'bury',
  ): Read<Records[K]> {
    if (record.value === null) return null;
    try {
      const value = this.#lane.codecs.decode(name, record.value);
      return value instanceof Promise
        ? value.catch((error: unknown) => this.#unreadable(error, record, unreadable))
        : value;
    } catch (error) {
      return this.#unreadable(error, record, unreadable);
    }
  }

  #unreadable(error: unknown, record: IncomingRecord, unreadable: 'pass' | 'bury'): null {
    if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
    if (unreadable === 'pass' || record.offset < (this.#buried.get(record.topic) ?? 0)) return null;
    const { topics, ready } = this.#lane;
    this.#deadLetters.push(
      deadLetter({ topic: topics.deadLetters, lane: ready.lane, stage: 'comparator', record, error }),
    );
    return null;
  }
}
