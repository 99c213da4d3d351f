import type { Logger } from '@understudy/telemetry';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { GroupConsumer, type TopicPartitions } from '../client/consumer.ts';
import type { StreamsError } from '../client/errors.ts';
import { TransactionalProducer } from '../client/transactional-producer.ts';
import { producerOptions } from './producer-options.ts';
import { AssignedTasks } from './assigned-tasks.ts';
import { copartitioningAssignor } from './assignor.ts';
import type { ByteBudget } from './byte-budget.ts';
import { systemClock } from './clock.ts';
import type { QueueLimits } from './input-queue.ts';
import type { OpenTask } from './stream-task.ts';
import { type TaskInput, type TaskPlan, topicsOf } from './task-plan.ts';
import type { FetchControl } from './task-ports.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskState } from './task-state.ts';
import type { Ticker } from './ticker.ts';

export interface TaskGroupOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly plan: TaskPlan;
  /** Partitions that every topic of the plan must have. */
  readonly partitions: number;
  readonly openTask: OpenTask;
  readonly admin: KafkaAdmin;
  readonly ticker: Ticker;
  readonly logger: Logger;
  readonly metrics: TaskMetrics;
  /** The group can't go on in this process: end it, so that another takes its tasks. */
  readonly onOver: (error: StreamsError) => void;
  /** Default 500 records and 4 MiB an input, and 64 KiB where the budget is spent. */
  readonly limits?: QueueLimits;
  /** What may wait of all inputs of the process together. Default 64 MiB for this group alone. */
  readonly budget?: ByteBudget;
  /** Default 100. */
  readonly commitIntervalMs?: number;
  /** Default 10,000: how long a silent member keeps its tasks. */
  readonly sessionTimeoutMs?: number;
}

/** Of one answer of a broker, all inputs together; and of one of them, at least, so that few records of 1 KB come at once. */
const fetchedBytes = 4 * 1024 * 1024;
const leastFetchedBytes = 64 * 1024;

/**
 * This process's share of a group: runs the tasks that the group's coordinator assigns to it, exactly once
 * whoever else joins, leaves or dies.
 */
export class TaskGroup {
  readonly #groupId: string;
  readonly #consumer: GroupConsumer;
  readonly #tasks: AssignedTasks;

  /** Joins the group. Resolves when the group is joined, not when tasks run. */
  static async start(options: TaskGroupOptions): Promise<TaskGroup> {
    const { connection, groupId, plan, partitions, sessionTimeoutMs = 10_000 } = options;
    let tasks: AssignedTasks | null = null;
    const consumer = await GroupConsumer.open(connection, {
      groupId,
      topics: topicsOf(plan),
      assignor: copartitioningAssignor(plan, partitions, () => tasks?.ids ?? []),
      sessionTimeoutMs,
      maxBytes: fetchedBytes,
      maxBytesPerPartition: shareOfFetch(plan),
    });
    tasks = assignedTasks(options, consumer);
    await run(consumer, tasks, options.onOver);
    return new TaskGroup(groupId, consumer, tasks);
  }

  private constructor(groupId: string, consumer: GroupConsumer, tasks: AssignedTasks) {
    this.#groupId = groupId;
    this.#consumer = consumer;
    this.#tasks = tasks;
  }

  get id(): string {
    return this.#groupId;
  }

  /** The partitions whose tasks are here. */
  partitions(): ReadonlySet<number> {
    return this.#tasks.partitions();
  }

  /** The tasks that are here, and how they are. */
  states(): ReadonlyMap<string, TaskState> {
    return this.#tasks.states();
  }

  /** Stops the tasks and leaves the group, so that others take them without waiting for a timeout. */
  async close(): Promise<void> {
    await this.#tasks.close();
    await this.#consumer.close();
  }
}

/**
 * What one fetch may bring of a partition: its share of the answer. Of a few that fill it the others would wait for the next
 * one, and each may be over its limit by a fetch.
 */
function shareOfFetch(plan: TaskPlan): number {
  const inputs = plan.reduce((sum, task) => sum + task.inputs.length, 0);
  return Math.max(leastFetchedBytes, Math.floor(fetchedBytes / inputs));
}

/** The tasks of the group over Kafka. */
function assignedTasks(options: TaskGroupOptions, consumer: GroupConsumer): AssignedTasks {
  const { connection, groupId, plan, admin, ticker, metrics, openTask } = options;
  const { limits, budget, commitIntervalMs } = options;
  return new AssignedTasks({
    groupId,
    plan,
    openTask,
    metrics,
    logger: options.logger.child({ group: groupId }),
    ...(limits && { limits }),
    ...(budget && { budget }),
    ...(commitIntervalMs !== undefined && { commitIntervalMs }),
    ports: {
      offsets: admin,
      takeOverId: (ofGroup, spec) => TransactionalProducer.open(connection, producerOptions(ofGroup, spec)),
      ticks: ticker,
      fetching: fetchControl(consumer),
      clock: systemClock,
    },
  });
}

function run(
  consumer: GroupConsumer,
  tasks: AssignedTasks,
  onOver: (error: StreamsError) => void,
): Promise<void> {
  return consumer.run({
    onBatch: (topic, partition, records, nextOffset) =>
      tasks.offer({ topic, partition }, records, nextOffset),
    onAssigned: (assignment) => tasks.assigned(assignment),
    onHeartbeat: () => tasks.confirmed(),
    onOutOfRange: (topic, partition, offset) => tasks.outOfRange({ topic, partition }, offset),
    onUnreadable: (topic, partition, error) => tasks.fail({ topic, partition }, error),
    onCrash: (error, willRestart) => {
      if (!willRestart) onOver(error);
    },
  });
}

function fetchControl(consumer: GroupConsumer): FetchControl {
  return {
    pause: (inputs) => consumer.pause(asTopicPartitions(inputs)),
    resume: (inputs) => consumer.resume(asTopicPartitions(inputs)),
    seek: (input, offset) => consumer.seek(input.topic, input.partition, offset),
  };
}

function asTopicPartitions(inputs: readonly TaskInput[]): TopicPartitions[] {
  return inputs.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}
