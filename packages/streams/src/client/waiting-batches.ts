import type { GroupConsumer, GroupHandlers } from './consumer.ts';
import { StreamsError } from './errors.ts';
import { type BatchLimits, heldBytes, type IncomingRecord } from './records.ts';

export interface Batch {
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
  readonly nextOffset: number;
}

/** The part of a consumer that decides what it fetches. */
export type Fetching = Pick<GroupConsumer, 'pause' | 'resume' | 'seek'>;

export interface WaitingBatchesOptions {
  readonly fetching: Fetching;
  readonly limits: BatchLimits;
  /** First offset, by partition; default: where the consumer begins. */
  readonly from?: ReadonlyMap<number, number>;
}

/** What was fetched of one topic and not taken yet. While it is too much, nothing more is fetched. */
export class WaitingBatches {
  readonly #topic: string;
  readonly #fetching: Fetching;
  readonly #limits: BatchLimits;
  /** Where fetching goes on, by partition: the client forgets it whenever it joins. */
  readonly #positions: Map<number, number>;
  readonly #batches: Batch[] = [];
  #partitions: readonly number[] = [];
  #records = 0;
  #bytes = 0;
  #isPaused = false;
  /** Set once; null: asked for. */
  #ending: { readonly error: StreamsError | null } | null = null;
  #wake: () => void = () => {};

  constructor(topic: string, { fetching, limits, from = new Map() }: WaitingBatchesOptions) {
    this.#topic = topic;
    this.#fetching = fetching;
    this.#limits = limits;
    this.#positions = new Map(from);
  }

  handlers(): GroupHandlers {
    return {
      onAssigned: (assignment) => this.#assigned(assignment.get(this.#topic) ?? []),
      onBatch: (_topic, partition, records, nextOffset) => this.#put({ partition, records, nextOffset }),
      onOutOfRange: (topic, partition, offset) => {
        const message = `${topic}/${partition} no longer holds offset ${offset}: it was deleted before it was read`;
        this.end(new StreamsError('offset-out-of-range', message));
      },
      onUnreadable: (_topic, _partition, error) => this.end(error),
      onCrash: (error, willRestart) => {
        if (!willRestart) this.end(error);
      },
    };
  }

  /** The oldest batch, as soon as there is one; null when the reading was ended. Throws what else ended it. */
  async take(): Promise<Batch | null> {
    for (;;) {
      if (this.#ending?.error) throw this.#ending.error;
      if (this.#ending) return null;
      const batch = this.#batches.shift();
      if (batch !== undefined) {
        this.#count(batch, -1);
        if (this.#isPaused && this.#batches.length === 0) this.#setPaused(false);
        return batch;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  end(error: StreamsError | null): void {
    this.#ending ??= { error };
    this.#wake();
  }

  /** A pause outlives a join, but not a restart of the client. */
  #assigned(partitions: readonly number[]): void {
    this.#partitions = partitions;
    for (const [partition, offset] of this.#positions) this.#fetching.seek(this.#topic, partition, offset);
    this.#setPaused(this.#isPaused);
  }

  #put(batch: Batch): void {
    this.#positions.set(batch.partition, batch.nextOffset);
    this.#batches.push(batch);
    this.#count(batch, 1);
    const isFull = this.#records >= this.#limits.maxRecords || this.#bytes >= this.#limits.maxBytes;
    if (isFull && !this.#isPaused) this.#setPaused(true);
    this.#wake();
  }

  /** A batch without records, which only moves the position, counts as one. */
  #count({ records }: Batch, sign: 1 | -1): void {
    this.#records += sign * Math.max(1, records.length);
    this.#bytes += sign * records.reduce((sum, record) => sum + heldBytes(record), 0);
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    const all = [{ topic: this.#topic, partitions: this.#partitions }];
    if (isPaused) this.#fetching.pause(all);
    else this.#fetching.resume(all);
  }
}
