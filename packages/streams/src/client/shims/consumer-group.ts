import type { Assigner } from 'kafkajs';
import type { StreamsError } from '../errors.ts';
import { unreadableAfter } from '../unreadable-batch.ts';

/** One partition's share of a fetch response. */
interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** What was asked for. */
  readonly fetchedOffset: string;
  readonly rawMessages: readonly unknown[];
  lastOffset(): string;
  isEmpty(): boolean;
  isEmptyIncludingFiltered(): boolean;
  isEmptyDueToFiltering(): boolean;
}

/** What of kafkajs' consumer group the guard touches. */
interface GroupInternals {
  /** The longest wait of the next fetch, and between fetches while all is paused; ms. */
  maxWaitTime: number;
  readonly generationId: number | null;
  readonly offsetManager: { nextOffset(topic: string, partition: number): { toString(): string } };
  joinAndSync(): Promise<void>;
  fetch(nodeId: string): Promise<FetchedBatch[]>;
  recoverFromOffsetOutOfRange(error: { topic: string; partition: number }): Promise<void>;
  hasSeekOffset(at: { topic: string; partition: number }): boolean;
  isPaused(topic: string, partition: number): boolean;
  resolveOffset(at: { topic: string; partition: number; offset: string }): void;
  pause(topicPartitions: { topic: string; partitions: number[] }[]): void;
  resume(topicPartitions: { topic: string; partitions: number[] }[]): void;
}

type GroupClass = new (options: { assigners: readonly Assigner[] }) => GroupInternals;

/** What a consumer of ours wants to know that kafkajs has no event for. */
export interface GroupObserver {
  /** A group object was made: at `run`, and again whenever kafkajs restarts the consumer. */
  created(group: ObservedGroup): void;
  /**
   * A batch held only control records and aborted data: nothing for a handler, but the position has moved.
   */
  passed(topic: string, partition: number, nextOffset: number): void;
  /** The position is not in the log; the partition is paused and left as it is. */
  outOfRange(topic: string, partition: number, offset: number): void;
  /** The batch at the position can't be decoded; the partition is paused and left as it is. */
  unreadable(topic: string, partition: number, error: StreamsError): void;
}

export interface ObservedGroup {
  readonly generationId: number | null;
  /** To be called when the group was joined: what was fetched before is not delivered any more. */
  joined(): void;
  isPaused(topic: string, partition: number): boolean;
  /**
   * Whether a batch handed to `eachBatch` was fetched under the present assignment, and from where its partition still is.
   */
  isCurrent(batch: object): boolean;
}

/** A fetch asks for every partition anew: where nothing comes, that is what an idle consumer costs. */
const idleWaitMs = 500;
/** Fetches in a row that brought nothing, after which the consumer is idle. */
const idleAfter = 20;

const observers = new WeakMap<Assigner, GroupObserver>();

/**
 * Ties an observer to the consumer that was given this assignor; other consumers stay as kafkajs made them.
 */
export function observeGroup(assignor: Assigner, observer: GroupObserver): void {
  observers.set(assignor, observer);
}

/**
 * A consumer group that
 * - knows its generation when it was joined (kafkajs tells it with heartbeats only);
 * - delivers nothing that was fetched before the last rejoin: kafkajs rejoins inside one broker's fetch
 *   while others' batches are still on their way, and then counts them under the new assignment;
 * - delivers nothing that was fetched before a seek: a batch may wait for long, for a heartbeat that is not answered,
 *   and where its partition moves to another broker meanwhile, the fetch of that one carries the seek out;
 * - reports batches without a record for the handler, and drops empty ones (kafkajs hands each to its worker: hundreds a
 *   fetch, where there are hundreds of partitions);
 * - waits longer for records where none have come for a while; they still end the wait, but a `resume` or `seek` does not;
 * - stops at an offset out of range, where kafkajs commits -1 or -2 to the group and reads on from there;
 * - stops at a batch that can't be decoded.
 */
export function observedConsumerGroup(Base: GroupClass): GroupClass {
  return class extends Base implements ObservedGroup {
    readonly #observer: GroupObserver | undefined;
    readonly #fetchedUnder = new WeakMap<
      object,
      { readonly assignment: number; readonly batch: FetchedBatch }
    >();
    #assignmentCount = 0;
    readonly #busyWaitMs: number;
    #emptyFetches = 0;

    constructor(options: { assigners: readonly Assigner[] }) {
      super(options);
      const [assignor] = options.assigners;
      this.#observer = assignor && observers.get(assignor);
      this.#busyWaitMs = this.maxWaitTime;
      this.#observer?.created(this);
    }

    joined(): void {
      this.#assignmentCount += 1;
    }

    isCurrent(batch: object): boolean {
      const fetched = this.#fetchedUnder.get(batch);
      return fetched?.assignment === this.#assignmentCount && this.#continues(fetched.batch);
    }

    override joinAndSync(): Promise<void> {
      // Fetches that began before are stale from now on; those that begin meanwhile, with `joined`.
      this.#assignmentCount += 1;
      return super.joinAndSync();
    }

    override async fetch(nodeId: string): Promise<FetchedBatch[]> {
      const observer = this.#observer;
      if (!observer) return super.fetch(nodeId);
      const assignment = this.#assignmentCount;
      const batches = await super.fetch(nodeId);
      if (this.#assignmentCount !== assignment) return [];
      this.#setPace(batches.every(({ rawMessages }) => rawMessages.length === 0));
      const delivered = batches.filter(
        (batch) =>
          this.#continues(batch) &&
          !this.#stop(batch, observer) &&
          !this.#pass(batch, observer) &&
          !batch.isEmpty(),
      );
      for (const batch of delivered) this.#fetchedUnder.set(batch, { assignment, batch });
      return delivered;
    }

    override resume(topicPartitions: { topic: string; partitions: number[] }[]): void {
      if (this.#observer) this.#setPace(false);
      super.resume(topicPartitions);
    }

    override recoverFromOffsetOutOfRange(error: { topic: string; partition: number }): Promise<void> {
      if (!this.#observer) return super.recoverFromOffsetOutOfRange(error);
      const { topic, partition } = error;
      const offset = Number(this.offsetManager.nextOffset(topic, partition).toString());
      this.pause([{ topic, partitions: [partition] }]);
      this.#observer.outOfRange(topic, partition, offset);
      return Promise.resolve();
    }

    #setPace(isEmpty: boolean): void {
      this.#emptyFetches = isEmpty ? this.#emptyFetches + 1 : 0;
      this.maxWaitTime =
        this.#emptyFetches < idleAfter ? this.#busyWaitMs : Math.max(idleWaitMs, this.#busyWaitMs);
    }

    #continues({ topic, partition, fetchedOffset }: FetchedBatch): boolean {
      return this.offsetManager.nextOffset(topic, partition).toString() === fetchedOffset;
    }

    /** What is good before such a batch is delivered first: it is stopped at when nothing else is left. */
    #stop(batch: FetchedBatch, observer: GroupObserver): boolean {
      const { topic, partition, rawMessages } = batch;
      const error = batch.isEmptyIncludingFiltered() ? unreadableAfter(rawMessages, batch) : null;
      if (error === null) return false;
      if (this.hasSeekOffset({ topic, partition })) return true;
      this.pause([{ topic, partitions: [partition] }]);
      observer.unreadable(topic, partition, error);
      return true;
    }

    #pass(batch: FetchedBatch, observer: GroupObserver): boolean {
      if (!batch.isEmptyDueToFiltering()) return false;
      const { topic, partition } = batch;
      if (this.hasSeekOffset({ topic, partition })) return true;
      const offset = batch.lastOffset();
      this.resolveOffset({ topic, partition, offset });
      observer.passed(topic, partition, Number(offset) + 1);
      return true;
    }
  };
}
