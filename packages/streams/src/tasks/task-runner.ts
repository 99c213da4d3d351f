import type { Logger } from '@understudy/telemetry';
import { StreamsError, toStreamsError } from '../client/errors.ts';
import type { IncomingRecord } from '../client/records.ts';
import type { OpenBlock } from './block-task.ts';
import { delay } from './clock.ts';
import { policyFor } from './fault-policy.ts';
import type { InputQueueOptions } from './input-queue.ts';
import type { Membership } from './membership.ts';
import { Positions } from './positions.ts';
import { refuseRecordAhead } from './record-ahead.ts';
import { Signal } from './signal.ts';
import type { StreamTask, TaskOutput } from './stream-task.ts';
import { takeOver } from './take-over.ts';
import { TaskInputs } from './task-inputs.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskInput, TaskSpec } from './task-plan.ts';
import type { TaskPorts, Transactions } from './task-ports.ts';
import { nextState, type TaskState } from './task-state.ts';

export interface TaskRunnerOptions {
  readonly spec: TaskSpec;
  readonly groupId: string;
  readonly ports: TaskPorts;
  readonly membership: Membership;
  readonly openBlock: OpenBlock;
  readonly logger: Logger;
  readonly queues: InputQueueOptions;
  readonly metrics: TaskMetrics;
  /** Least time between two commits of the task. */
  readonly commitIntervalMs: number;
}

/**
 * Records taken of one input before the others have their turn: all that wait of it, about, so that one that was behind the
 * others while its records were on their way has caught up when its turn is over.
 */
const turnRecords = 1_000;
const tickIntervalMs = 1_000;
const registryRetryMs = 500;
const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** After so long without a commit, positions are committed without a record. Far below any retention. */
const overdueMs = 60_000;

/**
 * Runs one task in this process: takes it over, feeds it, commits what it puts out, and begins again from the
 * last commit after any fault. See {@link TaskState} for the way it goes.
 */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #inputs: TaskInputs;
  readonly #positions = new Positions();
  readonly #signal: Signal;
  readonly #logger: Logger;
  readonly #closed = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  #fault: StreamsError | null = null;
  #state: TaskState = 'taking-over';
  #transactions: Transactions | null = null;
  #task: StreamTask | null = null;
  #lastCommitMs = 0;
  #lastTickMs = 0;
  #retryMs = firstRetryMs;
  #reported = { records: 0, bytes: 0 };

  constructor(options: TaskRunnerOptions) {
    const { spec, ports, queues, logger } = options;
    this.#options = options;
    this.#logger = logger.child({ task: spec.id });
    this.#signal = new Signal(ports.clock);
    this.#inputs = new TaskInputs(spec.inputs, queues, ports.fetching);
    this.#done = this.#run();
  }

  get state(): TaskState {
    return this.#state;
  }

  /** Takes a batch that was fetched. Synchronous: it is called from the consumer's fetch loop. */
  offer(input: TaskInput, records: readonly IncomingRecord[], nextOffset: number): void {
    if (this.#state !== 'running') return;
    this.#inputs.offer(input, records, nextOffset);
    this.#reportQueued();
    this.#signal.notify();
  }

  /** A rebalance left the task here, but the client has gone back to committed offsets: seek to our own. */
  reassigned(): void {
    if (this.#state === 'running') this.#inputs.restoreFetching(this.#task);
    else this.#inputs.pauseAll();
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

  async #takeOver(): Promise<void> {
    const { spec, groupId, ports, openBlock } = this.#options;
    this.#inputs.pauseAll();
    this.#inputs.clear();
    this.#fault = null;
    const { committed, start } = await takeOver({
      spec,
      groupId,
      ports,
      openBlock,
      wake: () => this.#signal.notify(),
      closed: this.#closed.promise,
      onFenced: (transactions) => {
        this.#transactions = transactions;
      },
      onOpened: ({ task }) => {
        this.#task = task;
      },
    });
    if (this.#isClosed()) return;
    this.#positions.reset(committed);
    this.#inputs.startAt(start);
    this.#lastCommitMs = ports.clock.now() - this.#options.commitIntervalMs;
    this.#enter('running');
    this.#inputs.restoreFetching(this.#task);
    this.#logger.debug({ start: Object.fromEntries(start) }, 'task runs');
  }

  async #work(): Promise<void> {
    const { commitIntervalMs, ports } = this.#options;
    while (this.#state === 'running' && this.#task !== null) {
      const took = await this.#feed(this.#task);
      const sinceCommitMs = ports.clock.now() - this.#lastCommitMs;
      const waitMs = commitIntervalMs - sinceCommitMs;
      const wrote = waitMs <= 0 && (await this.#write(this.#task, sinceCommitMs >= overdueMs));
      this.#requestTicks(this.#task);
      if (took || wrote) await ports.clock.turn();
      else await this.#signal.wait(waitMs > 0 ? waitMs : tickIntervalMs);
    }
  }

  /** Gives the task what it has an appetite for, in turns. Returns whether it took anything. */
  async #feed(task: StreamTask): Promise<boolean> {
    let accepted = 0;
    const nowMs = this.#options.ports.clock.now();
    for (const queue of this.#inputs.queues) {
      for (let n = 0; n < turnRecords && this.#state === 'running'; n += 1) {
        const record = queue.peek();
        if (record === null || task.appetite(queue.input.topic, record, queue.input.partition) !== 'now')
          break;
        if (this.#fault !== null) throw this.#fault;
        refuseRecordAhead(record, nowMs);
        const taken = this.#accepts(task, record);
        if (taken !== true && !(await taken)) break; // a promise for every record would be felt
        queue.shift();
        accepted += 1;
      }
    }
    if (this.#fault !== null) throw this.#fault;
    this.#inputs.followAppetite(task);
    this.#options.metrics.accepted.inc({ group: this.#options.groupId }, accepted);
    this.#reportQueued();
    return accepted > 0;
  }

  /** False: the registry is away, so the record can't be read yet. It waits, and so does everything behind it. */
  #accepts(task: StreamTask, record: IncomingRecord): true | Promise<boolean> {
    const pending = task.accept(record);
    return pending === undefined ? true : this.#isAccepted(pending);
  }

  async #isAccepted(pending: Promise<void>): Promise<boolean> {
    try {
      await pending;
      return true;
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'registry-unavailable') throw error;
      this.#logger.warn({ err: error }, 'the registry is away; the task waits for it');
      await delay(this.#options.ports.clock, registryRetryMs, this.#closed.promise);
      return false;
    }
  }

  /** Commits what is ready; of positions alone only such as have moved. Returns whether anything was committed. */
  async #write(task: StreamTask, isOverdue: boolean): Promise<boolean> {
    const output = task.output(isOverdue);
    if (output === null && !isOverdue) return false;
    const { records, positions } = output ?? { records: [], positions: [] };
    const next = this.#positions.next(positions, this.#inputs.queues);
    const isNews = records.length > 0 || this.#positions.areNews(next);
    if (isNews) await this.#commit(task, { records, positions: next });
    else this.#lastCommitMs = this.#options.ports.clock.now();
    return isNews;
  }

  async #commit(task: StreamTask, { records, positions }: TaskOutput): Promise<void> {
    const transactions = this.#transactions;
    if (transactions === null) throw new Error('no producer: the task is not taken over');
    const { groupId, metrics, ports } = this.#options;
    const done = metrics.commitSeconds.startTimer({ group: groupId });
    const baseOffsets = await transactions.commit({ records, offsets: { groupId, positions } });
    done();
    this.#positions.committed(positions);
    this.#lastCommitMs = ports.clock.now();
    this.#retryMs = firstRetryMs;
    task.committed(baseOffsets);
  }

  #requestTicks(task: StreamTask): void {
    const now = this.#options.ports.clock.now();
    if (now - this.#lastTickMs < tickIntervalMs) return;
    this.#lastTickMs = now;
    for (const wanted of task.wantedTicks(now)) {
      this.#options.metrics.ticks.inc({ group: this.#options.groupId });
      this.#options.ports.ticks.tick(wanted).catch((error: unknown) => {
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
        await delay(this.#options.ports.clock, this.#retryMs, this.#closed.promise);
        this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    }
    if (!this.#isClosed()) this.#enter('taking-over');
  }

  #reportQueued(): void {
    const { metrics, groupId } = this.#options;
    const queued = { records: this.#inputs.size, bytes: this.#inputs.bytes };
    metrics.queued.inc({ group: groupId }, queued.records - this.#reported.records);
    metrics.queuedBytes.inc({ group: groupId }, queued.bytes - this.#reported.bytes);
    this.#reported = queued;
  }

  async #discard(): Promise<void> {
    this.#inputs.clear();
    this.#reportQueued();
    this.#task?.close();
    this.#task = null;
    const transactions = this.#transactions;
    this.#transactions = null;
    await transactions?.close();
  }

  #enter(state: TaskState): void {
    this.#state = nextState(this.#state, state);
  }
}
