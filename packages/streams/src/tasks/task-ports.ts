import type { CommittedOffset, PartitionBounds } from '../client/admin.ts';
import type { TransactionContent } from '../client/transactional-producer.ts';
import type { Clock } from './clock.ts';
import type { WantedTick } from './stream-task.ts';
import type { TaskInput, TaskSpec } from './task-plan.ts';

/** Where a topic's partitions begin and end, and what stands in them at a time: see `KafkaAdmin`. */
export interface LogOffsets {
  /** By partition index. */
  bounds(topic: string): Promise<readonly PartitionBounds[]>;
  /** In the order of `partitions`; default: all. */
  offsetsAtTime(topic: string, timeMs: number, partitions?: readonly number[]): Promise<readonly number[]>;
}

/** And what a group has committed. */
export interface GroupOffsets extends LogOffsets {
  committed(
    groupId: string,
    topics: readonly string[],
    partitions: readonly number[],
  ): Promise<readonly CommittedOffset[]>;
}

/** A transactional id in the hands of one task: see `TransactionalProducer`. */
export interface Transactions {
  commit(transaction: TransactionContent): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/** Writes a tick where it is needed: see `Ticker`. */
export interface Ticks {
  tick(wanted: WantedTick): Promise<void>;
}

/** Steers the fetching of the group's consumer. */
export interface FetchControl {
  pause(inputs: readonly TaskInput[]): void;
  resume(inputs: readonly TaskInput[]): void;
  seek(input: TaskInput, offset: number): void;
}

/**
 * All that running tasks needs of the world. Kafka is one; the simulated log of `@understudy/streams/testing` is
 * the other, in which everything that can happen between two steps does.
 */
export interface TaskPorts {
  readonly offsets: GroupOffsets;
  /**
   * From the moment it resolves, nobody who opened a task's transactional id before can commit, what they had open is
   * settled, and the group's positions that are read then have it all.
   */
  readonly takeOverId: (groupId: string, spec: TaskSpec) => Promise<Transactions>;
  readonly ticks: Ticks;
  readonly fetching: FetchControl;
  readonly clock: Clock;
}
