import type { Logger } from '@understudy/telemetry';
import { StreamsError } from '../client/errors.ts';
import type { IncomingRecord } from '../client/records.ts';
import { openBlock } from './block-task.ts';
import { ByteBudget } from './byte-budget.ts';
import type { InputQueueOptions, QueueLimits } from './input-queue.ts';
import { Membership } from './membership.ts';
import type { OpenTask } from './stream-task.ts';
import { inputKey, type TaskInput, type TaskPlan, type TaskSpec } from './task-plan.ts';
import type { TaskPorts } from './task-ports.ts';
import { TaskRunner } from './task-runner.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskState } from './task-state.ts';

export interface AssignedTasksOptions {
  readonly groupId: string;
  readonly plan: TaskPlan;
  readonly ports: TaskPorts;
  readonly openTask: OpenTask;
  readonly logger: Logger;
  readonly metrics: TaskMetrics;
  /** Default 500 records and 4 MiB an input, and 64 KiB where the budget is spent. */
  readonly limits?: QueueLimits;
  /** What may wait of all inputs together, of other groups' that share it too. Default 64 MiB for these alone. */
  readonly budget?: ByteBudget;
  /** Default 100. */
  readonly commitIntervalMs?: number;
}

/** Few records: what waits for longer than the young heap lasts is copied, and collected, at a higher price. */
const defaultLimits: QueueLimits = { maxRecords: 500, maxBytes: 4 * 1024 * 1024, leastBytes: 64 * 1024 };
/** Of a process: what is fetched and not yet taken, by default. */
export const queuedBytes: number = 64 * 1024 * 1024;

/**
 * The tasks of a plan that are assigned to one member of a group: started, kept and stopped as its consumer says. All
 * but {@link close} is synchronous, for the consumer's handlers are.
 */
export class AssignedTasks {
  readonly #options: AssignedTasksOptions;
  readonly #runners = new Map<string, TaskRunner>();
  readonly #membership = new Membership();
  readonly #taskOf: ReadonlyMap<string, string>;
  readonly #closing = new Set<Promise<void>>();
  readonly #queues: InputQueueOptions;

  constructor(options: AssignedTasksOptions) {
    const { limits = defaultLimits, budget = new ByteBudget(queuedBytes) } = options;
    this.#options = options;
    this.#queues = { limits, budget };
    this.#taskOf = new Map(
      options.plan.flatMap((task) => task.inputs.map((input) => [inputKey(input), task.id])),
    );
  }

  /** Ids of the tasks that are here. */
  get ids(): readonly string[] {
    return [...this.#runners.keys()];
  }

  /** The partitions whose tasks are here. */
  partitions(): ReadonlySet<number> {
    const here = this.#options.plan.filter(({ id }) => this.#runners.has(id));
    return new Set(here.flatMap(({ inputs }) => inputs.map(({ partition }) => partition)));
  }

  /** The tasks that are here, and how they are. */
  states(): ReadonlyMap<string, TaskState> {
    return new Map([...this.#runners].map(([id, runner]) => [id, runner.state]));
  }

  /** A heartbeat was accepted. */
  confirmed(): void {
    this.#membership.confirm();
  }

  /**
   * Before the first fetch of the new generation: what isn't running must be paused by then.
   *
   * @param assignment partitions by topic
   */
  assigned(assignment: ReadonlyMap<string, readonly number[]>): void {
    this.#membership.confirm();
    for (const spec of this.#options.plan) {
      const isOurs = spec.inputs.every(({ topic, partition }) => assignment.get(topic)?.includes(partition));
      const runner = this.#runners.get(spec.id);
      if (isOurs && runner === undefined) this.#start(spec);
      else if (isOurs) runner?.reassigned();
      else if (runner !== undefined) this.#stop(spec.id, runner);
    }
    this.#options.logger.info({ tasks: this.ids }, 'assigned');
  }

  offer(input: TaskInput, records: readonly IncomingRecord[], nextOffset: number): void {
    this.#runnerOf(input)?.offer(input, records, nextOffset);
  }

  /** The input can't be read where it is: its task ends its work with this error. */
  fail(input: TaskInput, error: StreamsError): void {
    this.#runnerOf(input)?.fail(error);
  }

  /** The log no longer holds `offset` of the input. */
  outOfRange(input: TaskInput, offset: number): void {
    const message =
      `${inputKey(input)} no longer holds offset ${offset}: it was deleted before it was read; ` +
      '`understudy gaps list` says what is not covered, and how to go on without it';
    this.fail(input, new StreamsError('offset-out-of-range', message));
  }

  /** Stops all tasks. What they haven't committed is done again by their next owners. */
  async close(): Promise<void> {
    for (const [id, runner] of this.#runners) this.#stop(id, runner);
    await Promise.all(this.#closing);
  }

  #runnerOf(input: TaskInput): TaskRunner | undefined {
    return this.#runners.get(this.#taskOf.get(inputKey(input)) ?? '');
  }

  #start(spec: TaskSpec): void {
    const { groupId, ports, metrics, openTask, logger, commitIntervalMs } = this.#options;
    const runner = new TaskRunner({
      spec,
      groupId,
      ports,
      metrics,
      openBlock: openBlock(openTask),
      logger,
      membership: this.#membership,
      queues: this.#queues,
      commitIntervalMs: commitIntervalMs ?? 100,
    });
    this.#runners.set(spec.id, runner);
  }

  #stop(id: string, runner: TaskRunner): void {
    this.#runners.delete(id);
    const closing = runner.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
