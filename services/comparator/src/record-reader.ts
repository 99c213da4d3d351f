import type { Records } from '@understudy/schemas-avro';
import { deadLetter, type IncomingRecord, type OutgoingRecord, StreamsError } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';

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
  async read<K extends keyof Records>(name: K, record: IncomingRecord): Promise<Records[K] | null> {
    return this.#decode(name, record, () => undefined);
  }

  /** As `read`, and what can't be read goes to the dead letters. */
  async readOrBury<K extends keyof Records>(name: K, record: IncomingRecord): Promise<Records[K] | null> {
    return this.#decode(name, record, (error) => {
      if (record.offset < (this.#buried.get(record.topic) ?? 0)) return;
      const { topics, ready } = this.#lane;
      const letter = {
        topic: topics.deadLetters,
        lane: ready.lane,
        stage: 'comparator',
        record,
        error,
      } as const;
      this.#deadLetters.push(deadLetter(letter));
    });
  }

  /** Takes the dead letters since the last call. */
  takeDeadLetters(): readonly OutgoingRecord[] {
    const taken = this.#deadLetters;
    this.#deadLetters = [];
    return taken;
  }

  async #decode<K extends keyof Records>(
    name: K,
    record: IncomingRecord,
    onUnreadable: (error: StreamsError) => void,
  ): Promise<Records[K] | null> {
    if (record.value === null) return null;
    try {
      return await this.#lane.codecs.decode(name, record.value);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
      onUnreadable(error);
      return null;
    }
  }
}
