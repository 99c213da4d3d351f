import type { TopicPartition } from '../client/records.ts';

/**
 * A group's work, cut into tasks. A task is the unit that moves between processes, is fenced and commits: one
 * partition of every input, or a block of them; or whatever else has to be read together.
 */
export interface TaskSpec {
  /** Unique in its group; part of the transactional id, so it must not change between versions. */
  readonly id: string;
  /** What is of one partition is read together, as a task of its own within this one. No two tasks of a plan share one. */
  readonly inputs: readonly TaskInput[];
  /** Every partition that its transactions may write to: what a former owner left there is settled at take-over. */
  readonly writes: readonly TopicPartition[];
}

export type TaskInput = TopicPartition;

export interface CopartitionedTopics {
  readonly reads: readonly string[];
  /** Each task writes to the partitions that it reads. */
  readonly writes: readonly string[];
}

export type TaskPlan = readonly TaskSpec[];

/** Tasks of one plan. Each has a producer, with connections of its own, and transactions. */
const maxTasks = 16;

/**
 * A task for each partition, or, of more than 16, for each of 16 blocks of neighbours, reading them of every topic: the
 * topics must have equal partition counts. Ids follow from the partition count alone.
 */
export function copartitionedTasks({ reads, writes }: CopartitionedTopics, partitions: number): TaskPlan {
  const tasks = Math.min(partitions, maxTasks);
  return Array.from({ length: tasks }, (_, task) => {
    const first = Math.floor((task * partitions) / tasks);
    const last = Math.floor(((task + 1) * partitions) / tasks) - 1;
    const block = Array.from({ length: last - first + 1 }, (_unused, index) => first + index);
    const inBlock = (topics: readonly string[]): readonly TopicPartition[] =>
      block.flatMap((partition) => topics.map((topic) => ({ topic, partition })));
    return {
      id: first === last ? String(first) : `${first}-${last}`,
      inputs: inBlock(reads),
      writes: inBlock(writes),
    };
  });
}

/** Every partition of topics that have so many. */
export function allPartitions(topics: readonly string[], partitions: number): readonly TopicPartition[] {
  return topics.flatMap((topic) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  );
}

export function inputKey({ topic, partition }: TaskInput): string {
  return `${topic}/${partition}`;
}

/** All topics that a plan reads. */
export function topicsOf(plan: TaskPlan): readonly string[] {
  return [...new Set(plan.flatMap((task) => task.inputs.map((input) => input.topic)))];
}
