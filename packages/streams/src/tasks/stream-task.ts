import type { CommittedOffset } from '../client/admin.ts';
import type { IncomingRecord, OutgoingRecord } from '../client/records.ts';
import type { CommitPosition } from '../client/transactional-producer.ts';
import type { TaskSpec } from './task-plan.ts';

/**
 * What a task does with an input at this moment: `now` it takes records, `later` it doesn't (they wait in the
 * runner's bounded queue and the input is paused behind it), `never` it has read all that it needs of it.
 */
export type Appetite = 'now' | 'later' | 'never';

/**
 * What one transaction holds: records, and the offsets from which the task would begin again. The offsets'
 * metadata (at most 4 KB) is given back at take-over.
 */
export interface TaskOutput {
  readonly records: readonly OutgoingRecord[];
  readonly positions: readonly CommitPosition[];
}

/** A wish that the time of a partition passes `untilMs`, though nobody writes to it. */
export interface WantedTick {
  readonly topic: string;
  readonly partition: number;
  readonly untilMs: number;
}

/**
 * What somebody who builds on the streams writes: one task's state and rules. Everything is called from one
 * loop, never concurrently. After a failed commit the object is thrown away and another one opened, so state
 * may change as soon as an output is handed out.
 */
export interface StreamTask {
  /** Takes one record. In offset order within an input; inputs interleave in any way. */
  accept(record: IncomingRecord): void | Promise<void>;
  /** `head`: the input's next record, or null if none was fetched. */
  appetite(topic: string, head: IncomingRecord | null, partition: number): Appetite;
  /**
   * What is ready to be committed, or null. Called again after each commit.
   *
   * @param isOverdue nothing has been committed for a minute: positions that have moved are ready then, though no record
   *   is. What is kept of a log that holds nothing for a task may else begin after them one day. Default false.
   */
  output(isOverdue?: boolean): TaskOutput | null;
  /** The output is in the log for good. Base offsets by `topic/partition`. */
  committed(baseOffsets: ReadonlyMap<string, number>): void;
  /** Which partitions' time this task waits for. Asked about once a second. */
  wantedTicks(nowMs: number): readonly WantedTick[];
  /** The task is no longer run here; stop what it has started. */
  close(): void;
}

/** What a task is opened with: one partition's share, also where it is run in a block of them. */
export interface TaskContext {
  readonly spec: TaskSpec;
  /** What the group had committed for the task's inputs, in their order; read after the former owner was fenced. */
  readonly committed: readonly CommittedOffset[];
  /** Tells the runner that there may be an output although no record came. */
  readonly wake: () => void;
}

/** An opened task and where its reading begins, by topic. */
export interface OpenedTask {
  readonly task: StreamTask;
  readonly start: ReadonlyMap<string, number>;
}

export type OpenTask = (context: TaskContext) => Promise<OpenedTask>;
