import type { Logger } from '@understudy/telemetry';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { GroupConsumer, type GroupHandlers, type TopicPartitions } from '../client/consumer.ts';
import { StreamsError } from '../client/errors.ts';
import { copartitioningAssignor } from './assignor.ts';
import type { QueueLimits } from './input-queue.ts';
import { Membership } from './membership.ts';
import type { OpenTask } from './stream-task.ts';
import { type TaskInput, type TaskPlan, type TaskSpec, topicsOf } from './task-plan.ts';
import { type FetchControl, TaskRunner } from './task-runner.ts';
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
  /** Default 2,000 records and 4 MiB an input. */
  readonly limits?: QueueLimits;
  /** Default 100. */
  readonly commitIntervalMs?: number;
  /** Default 10,000: how long a silent member keeps its tasks. */
  readonly sessionTimeoutMs?: number;
}

/**
 * This process's share of a group: runs the tasks that the group's coordinator assigns to it, exactly once
 * whoever else joins, leaves or dies.
 */
export class TaskGroup {
  readonly #options: TaskGroupOptions;
  readonly #consumer: GroupConsumer;
  readonly #runners: Map<string, TaskRunner>;
  readonly #logger: Logger;
  readonly #membership = new Membership();
  readonly #taskOf: ReadonlyMap<string, string>;
  readonly #closing = new Set<Promise<void>>();

  /** Joins the group. Resolves when the group is joined, not when tasks run. */
  static async start(options: TaskGroupOptions): Promise<TaskGroup> {
    const runners = new Map<string, TaskRunner>();
    const consumer = await GroupConsumer.open(options.connection, {
      groupId: options.groupId,
      topics: topicsOf(options.plan),
      assignor: copartitioningAssignor(options.plan, options.partitions, () => [...runners.keys()]),
      sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    });
    const group = new TaskGroup(options, consumer, runners);
    await consumer.run(group.#handlers());
    return group;
  }

  private constructor(options: TaskGroupOptions, consumer: GroupConsumer, runners: Map<string, TaskRunner>) {
    this.#options = options;
    this.#consumer = consumer;
    this.#runners = runners;
    this.#logger = options.logger.child({ group: options.groupId });
    this.#taskOf = new Map(
      options.plan.flatMap((task) => task.inputs.map((input) => [inputKey(input), task.id])),
    );
  }

  get id(): string {
    return this.#options.groupId;
  }

  /** The tasks that are here, and how they are. */
  states(): ReadonlyMap<string, TaskState> {
    return new Map([...this.#runners].map(([id, runner]) => [id, runner.state]));
  }

  /** Stops the tasks and leaves the group, so that others take them without waiting for a timeout. */
  async close(): Promise<void> {
    const runners = [...this.#runners.values()];
    this.#runners.clear();
    await Promise.all([...runners.map((runner) => runner.close()), ...this.#closing]);
    await this.#consumer.close();
  }

  #handlers(): GroupHandlers {
    return {
      onBatch: (topic, partition, records, nextOffset) => {
        const input = { topic, partition };
        this.#runnerOf(input)?.offer(input, records, nextOffset);
      },
      onAssigned: (assignment) => this.#assigned(assignment),
      onHeartbeat: () => this.#membership.confirm(),
      onOutOfRange: (topic, partition, offset) => {
        const message = `${topic}/${partition} no longer holds offset ${offset}: it was deleted before it was read`;
        this.#runnerOf({ topic, partition })?.fail(new StreamsError('offset-out-of-range', message));
      },
      onUnreadable: (topic, partition, error) => this.#runnerOf({ topic, partition })?.fail(error),
      onCrash: (error, willRestart) => {
        if (!willRestart) this.#options.onOver(error);
      },
    };
  }

  #runnerOf(input: TaskInput): TaskRunner | undefined {
    return this.#runners.get(this.#taskOf.get(inputKey(input)) ?? '');
  }

  /** Synchronous, before the first fetch of the new generation: what isn't running must be paused by then. */
  #assigned(assignment: ReadonlyMap<string, readonly number[]>): void {
    this.#membership.confirm();
    for (const spec of this.#options.plan) {
      const isOurs = spec.inputs.every(({ topic, partition }) => assignment.get(topic)?.includes(partition));
      const runner = this.#runners.get(spec.id);
      if (isOurs && runner === undefined) this.#start(spec);
      else if (isOurs) runner?.reassigned();
      else if (runner !== undefined) this.#stop(spec.id, runner);
    }
    this.#logger.info({ tasks: [...this.#runners.keys()] }, 'assigned');
  }

  #start(spec: TaskSpec): void {
    const { connection, groupId, admin, ticker, metrics, openTask, limits, commitIntervalMs } = this.#options;
    const runner = new TaskRunner({
      spec,
      groupId,
      connection,
      admin,
      ticker,
      metrics,
      openTask,
      membership: this.#membership,
      fetching: this.#fetchControl(),
      logger: this.#logger,
      limits: limits ?? { maxRecords: 2_000, maxBytes: 4 * 1024 * 1024 },
      commitIntervalMs: commitIntervalMs ?? 100,
    });
    this.#runners.set(spec.id, runner);
  }

  #stop(id: string, runner: TaskRunner): void {
    this.#runners.delete(id);
    const closing = runner.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #fetchControl(): FetchControl {
    return {
      pause: (inputs) => this.#consumer.pause(asTopicPartitions(inputs)),
      resume: (inputs) => this.#consumer.resume(asTopicPartitions(inputs)),
      seek: (input, offset) => this.#consumer.seek(input.topic, input.partition, offset),
    };
  }
}

function inputKey({ topic, partition }: TaskInput): string {
  return `${topic}/${partition}`;
}

function asTopicPartitions(inputs: readonly TaskInput[]): TopicPartitions[] {
  return inputs.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}
