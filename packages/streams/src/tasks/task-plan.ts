/**
 * A group's work, cut into tasks. A task is the unit that moves between processes, is fenced and commits: one
 * partition of every input, or whatever else has to be read together.
 */
export interface TaskSpec {
  /** Unique in its group; part of the transactional id, so it must not change between versions. */
  readonly id: string;
  /** At most one partition of a topic; no two tasks of a plan share one. */
  readonly inputs: readonly TaskInput[];
}

export interface TaskInput {
  readonly topic: string;
  readonly partition: number;
}

export type TaskPlan = readonly TaskSpec[];

/** One task per partition, reading that partition of every topic: the topics must have equal partition counts. */
export function copartitionedTasks(topics: readonly string[], partitions: number): TaskPlan {
  return Array.from({ length: partitions }, (_, partition) => ({
    id: String(partition),
    inputs: topics.map((topic) => ({ topic, partition })),
  }));
}

/** All topics that a plan reads. */
export function topicsOf(plan: TaskPlan): readonly string[] {
  return [...new Set(plan.flatMap((task) => task.inputs.map((input) => input.topic)))];
}
