import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@understudy/telemetry';
import type { CommittedOffset, KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { StreamsError, toStreamsError } from '../client/errors.ts';
import type { IncomingRecord } from '../client/records.ts';
import { TransactionalProducer } from '../client/transactional-producer.ts';
import { policyFor } from './fault-policy.ts';
import { InputQueue, type QueueLimits } from './input-queue.ts';
import type { Membership } from './membership.ts';
import { Positions } from './positions.ts';
import { Signal } from './signal.ts';
import type { OpenTask, StreamTask, TaskOutput } from './stream-task.ts';
import type { TaskInput, TaskSpec } from './task-plan.ts';
import type { TaskMetrics } from './task-metrics.ts';
import { nextState, type TaskState } from './task-state.ts';
import type { Ticker } from './ticker.ts';

/** Steers the fetching of the group's consumer. */
export interface FetchControl {
  pause(inputs: readonly TaskInput[]): void;
  resume(inputs: readonly TaskInput[]): void;
  seek(input: TaskInput, offset: number): void;
}

export interface TaskRunnerOptions {
  readonly spec: TaskSpec;
  readonly groupId: string;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly fetching: FetchControl;
  readonly membership: Membership;
  readonly ticker: Ticker;
  readonly openTask: OpenTask;
  readonly logger: Logger;
  readonly limits: QueueLimits;
  readonly metrics: TaskMetrics;
  /** Least time between two commits of the task. */
  readonly commitIntervalMs: number;
}

/** Records taken of one input before the others have their turn. */
const turnRecords = 250;
const tickIntervalMs = 1_000;
const registryRetryMs = 500;
const boundLooks = 10;
const boundRetryMs = 500;
const firstRetryMs = 200;
const longestRetryMs = 5_000;

/**
 * Runs one task in this process: takes it over, feeds it, commits what it puts out, and begins again from the
 * last commit after any fault. See {@link TaskState} for the way it goes.
 */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #queues: readonly InputQueue[];
  readonly #positions = new Positions();
  readonly #signal = new Signal();
  readonly #logger: Logger;
  readonly #closed = Promise.withResolvers<void>();
  readonly #paused = new Set<InputQueue>();
  readonly #done: Promise<void>;
  #fault: StreamsError | null = null;
  #state: TaskState = 'taking-over';
  #producer: TransactionalProducer | null = null;
  #task: StreamTask | null = null;
  #lastCommitMs = 0;
  #lastTickMs = 0;
  #retryMs = firstRetryMs;
  #queuedReported = 0;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ task: options.spec.id });
    this.#queues = options.spec.inputs.map((input) => new InputQueue(input, options.limits));
    this.#done = this.#run();
  }

  get state(): TaskState {
    return this.#state;
  }

  /** Takes a batch that was fetched. Synchronous: it is called from the consumer's fetch loop. */
  offer(input: TaskInput, records: readonly IncomingRecord[], nextOffset: number): void {
    const queue = this.#queues.find((candidate) => candidate.input.topic === input.topic);
    if (queue === undefined || this.#state !== 'running') return;
    queue.offer(records, nextOffset);
    this.#reportQueued();
    this.#signal.notify();
  }

  /** A rebalance left the task here, but the client has gone back to committed offsets: seek to our own. */
  reassigned(): void {
    if (this.#state === 'running') this.#restoreFetching();
    else this.#options.fetching.pause(this.#options.spec.inputs);
  }

  /** Reading can't go on where it is: the task ends its work with this error. */
  fail(error: StreamsError): void {
    this.#fault = error;
    this.#signal.notify();
  }

  /** Stops the task. What wasn't committed will be done again by its next owner. */
  async close(): Promise<void> {
    if (this.#state !== 'closed') this.#enter('closed');
    this.#closed.resolve();
    this.#signal.notify();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (this.#state !== 'closed' && this.#state !== 'halted') {
      try {
        await this.#takeOver();
        await this.#work();
      } catch (error) {
        await this.#recover(toStreamsError(error, `task ${this.#options.spec.id}`));
      }
      await this.#discard();
    }
    await this.#closed.promise;
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  /**
   * Fence, read, validate, seek: the former owner is shut out and its last transaction settled before committed
   * offsets are read, or they could be older than what it has just committed.
   */
  async #takeOver(): Promise<void> {
    const { spec, groupId, connection, fetching, openTask } = this.#options;
    fetching.pause(spec.inputs);
    this.#fault = null;
    for (const queue of this.#queues) queue.reset(null);
    this.#producer = await TransactionalProducer.open(connection, {
      transactionalId: `${groupId}.${spec.id}`,
    });
    const committed = await this.#committed();
    this.#positions.reset(committed);
    const opened = await openTask({ spec, committed, wake: () => this.#signal.notify() });
    this.#task = opened.task;
    for (const queue of this.#queues) {
      const start = opened.start.get(queue.input.topic);
      if (start === undefined)
        throw new Error(`task ${spec.id} was opened without a start for ${queue.input.topic}`);
      await this.#checkBounds(queue.input, start);
      queue.reset(start);
    }
    if (this.#isClosed()) return;
    this.#enter('running');
    this.#restoreFetching();
    this.#logger.debug({ start: Object.fromEntries(opened.start) }, 'task runs');
  }

  async #committed(): Promise<readonly CommittedOffset[]> {
    const { admin, groupId, spec } = this.#options;
    const answers = spec.inputs.map(({ topic, partition }) => admin.committed(groupId, [topic], [partition]));
    return (await Promise.all(answers)).flat();
  }

  /** After a broker's failure the end may seem to lie before records that were read: it is looked at again. */
  async #checkBounds({ topic, partition }: TaskInput, start: number): Promise<void> {
    for (let look = 1; ; look += 1) {
      const bounds = (await this.#options.admin.bounds(topic))[partition];
      if (bounds === undefined || (start >= bounds.start && start <= bounds.end)) return;
      if (start < bounds.start || look === boundLooks) {
        throw new StreamsError(
          'offset-out-of-range',
          `${topic}/${partition} holds offsets ${bounds.start} to ${bounds.end}, but the task has to go on at ${start}: ` +
            'records were deleted before they were read, or the topic was made anew',
        );
      }
      await Promise.race([delay(boundRetryMs), this.#closed.promise]);
    }
  }

  async #work(): Promise<void> {
    while (this.#state === 'running' && this.#task !== null) {
      const took = await this.#feed(this.#task);
      const waitMs = this.#lastCommitMs + this.#options.commitIntervalMs - Date.now();
      const output = waitMs > 0 ? null : this.#task.output();
      if (output !== null) await this.#commit(this.#task, output);
      this.#requestTicks(this.#task);
      if (took || output !== null) await nextTurn();
      else await this.#signal.wait(waitMs > 0 ? waitMs : tickIntervalMs);
    }
  }

  /** Gives the task what it has an appetite for, in turns. Returns whether it took anything. */
  async #feed(task: StreamTask): Promise<boolean> {
    let accepted = 0;
    for (const queue of this.#queues) {
      for (let n = 0; n < turnRecords && this.#state === 'running'; n += 1) {
        const record = queue.peek();
        if (record === null || task.appetite(queue.input.topic, record) !== 'now') break;
        if (this.#fault !== null) throw this.#fault;
        if (!(await this.#accepts(task, record))) break;
        queue.shift();
        accepted += 1;
      }
    }
    if (this.#fault !== null) throw this.#fault;
    this.#followAppetite();
    this.#options.metrics.accepted.inc({ group: this.#options.groupId }, accepted);
    this.#reportQueued();
    return accepted > 0;
  }

  /** False: the registry is away, so the record can't be read yet. It waits, and so does everything behind it. */
  async #accepts(task: StreamTask, record: IncomingRecord): Promise<boolean> {
    try {
      const pending = task.accept(record);
      if (pending !== undefined) await pending;
      return true;
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'registry-unavailable') throw error;
      this.#logger.warn({ err: error }, 'the registry is away; the task waits for it');
      await Promise.race([delay(registryRetryMs), this.#closed.promise]);
      return false;
    }
  }

  #followAppetite(): void {
    const { fetching } = this.#options;
    for (const queue of this.#queues) {
      const isPaused = this.#paused.has(queue);
      if (queue.isFull || this.#task?.appetite(queue.input.topic, queue.peek()) === 'never') {
        if (!isPaused) fetching.pause([queue.input]);
        this.#paused.add(queue);
      } else if (isPaused && queue.hasRoom) {
        fetching.resume([queue.input]);
        this.#paused.delete(queue);
      }
    }
  }

  /** Tells the client, which has lost or never had them, our positions and pauses. */
  #restoreFetching(): void {
    const { fetching } = this.#options;
    for (const queue of this.#queues) {
      if (queue.position !== null) fetching.seek(queue.input, queue.position);
      fetching.resume([queue.input]);
      this.#paused.delete(queue);
    }
    this.#followAppetite();
  }

  async #commit(task: StreamTask, output: TaskOutput): Promise<void> {
    const producer = this.#producer;
    if (producer === null) throw new Error('no producer: the task is not taken over');
    const { groupId, metrics } = this.#options;
    const done = metrics.commitSeconds.startTimer({ group: groupId });
    const { records } = output;
    const positions = this.#positions.next(output.positions, this.#queues);
    const baseOffsets = await producer.commit({ records, offsets: { groupId, positions } });
    done();
    this.#lastCommitMs = Date.now();
    this.#retryMs = firstRetryMs;
    task.committed(baseOffsets);
  }

  #requestTicks(task: StreamTask): void {
    const now = Date.now();
    if (now - this.#lastTickMs < tickIntervalMs) return;
    this.#lastTickMs = now;
    for (const wanted of task.wantedTicks(now)) {
      this.#options.metrics.ticks.inc({ group: this.#options.groupId });
      this.#options.ticker.tick(wanted).catch((error: unknown) => {
        this.#logger.warn({ err: error, ...wanted }, 'a tick could not be written; it is tried again');
      });
    }
  }

  async #recover(error: StreamsError): Promise<void> {
    if (this.#isClosed()) return;
    const policy = policyFor(error.code);
    this.#options.metrics.faults.inc({ group: this.#options.groupId, policy });
    switch (policy) {
      case 'confirm-membership':
        this.#logger.warn('another process took the task over; waiting to hear whether it is still ours');
        this.#enter('fenced');
        await Promise.race([this.#options.membership.confirmed(), this.#closed.promise]);
        break;
      case 'halt':
        this.#logger.error({ err: error }, 'the task is halted: a person has to decide how to go on');
        this.#enter('halted');
        return;
      case 'begin-again':
        this.#logger.warn(
          { err: error, retryMs: this.#retryMs },
          'the task begins again from its last commit',
        );
        await Promise.race([delay(this.#retryMs), this.#closed.promise]);
        this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    }
    if (!this.#isClosed()) this.#enter('taking-over');
  }

  #reportQueued(): void {
    const queued = this.#queues.reduce((sum, queue) => sum + queue.size, 0);
    this.#options.metrics.queued.inc({ group: this.#options.groupId }, queued - this.#queuedReported);
    this.#queuedReported = queued;
  }

  async #discard(): Promise<void> {
    for (const queue of this.#queues) queue.reset(null);
    this.#reportQueued();
    this.#task?.close();
    this.#task = null;
    const producer = this.#producer;
    this.#producer = null;
    await producer?.close();
  }

  #enter(state: TaskState): void {
    this.#state = nextState(this.#state, state);
  }
}
