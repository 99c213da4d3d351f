import { type CommitPosition, encodeState, type IncomingRecord, recordBytes } from '@understudy/streams';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { InvokerState } from './invoker-state.ts';
import type { InvokerInput } from './invoker-topics.ts';
import { type FinishedSlot, OrderedSlots } from './ordered-slots.ts';
import type { Outcome } from './outcome.ts';
import type { RetryCounts } from './retry-counts.ts';

/** Says what became of a record; null: nothing is to be written for it. */
export type Finish = (outcome: Outcome | null) => void;

export interface TaskInputOptions extends InvokerInput {
  readonly partition: number;
  /** What was committed with its offset. */
  readonly counts: RetryCounts;
  readonly kind: 'requests' | 'retry';
  /** Where records go that are not tried again. */
  readonly deadLetters: string;
  readonly metrics: Pick<LaneMetrics, 'outstanding' | 'outstandingBytes'>;
}

/** Records of one input in one transaction at the most. */
const maxRecords = 2_000;

/** One input of a task, and the records taken of it that are not committed yet, in places of their own. */
export class TaskInput {
  readonly #options: TaskInputOptions;
  readonly #slots = new OrderedSlots<Outcome>(answerBytes);
  #counts: RetryCounts;
  #bytesReported = 0;

  constructor(options: TaskInputOptions) {
    this.#options = options;
    this.#counts = options.counts;
  }

  get topic(): string {
    return this.#options.topic;
  }

  get delayMs(): number {
    return this.#options.delayMs;
  }

  get onFailure(): InvokerInput['onFailure'] {
    return this.#options.onFailure;
  }

  get counts(): RetryCounts {
    return this.#counts;
  }

  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  /** Whether one more record may be taken. */
  get hasRoom(): boolean {
    const { maxOutstanding, maxOutstandingBytes } = this.#options;
    const { size, bytes } = this.#slots;
    return size < maxOutstanding && (size === 0 || bytes < maxOutstandingBytes);
  }

  /** Gives a record the next place. @param timeMs log time at it, ms since the epoch */
  place(record: IncomingRecord, timeMs: number): Finish {
    this.#options.metrics.outstanding(1);
    const finish = this.#slots.add(record.offset, timeMs, recordBytes(record));
    this.#reportBytes();
    return (outcome) => {
      finish(outcome);
      this.#reportBytes();
    };
  }

  /** Takes what has come to its end, in order, up to the first record that has not. */
  take(): readonly FinishedSlot<Outcome>[] {
    const slots = this.#slots.takeFinished(maxRecords);
    this.#options.metrics.outstanding(-slots.length);
    for (const { result } of slots) if (result !== null) this.#count(result);
    this.#reportBytes();
    return slots;
  }

  /** To be committed, with what stands beside it: the counts of retries, and of the requests the task's state. */
  position(offset: number, state: InvokerState | null): CommitPosition {
    const { topic, partition } = this.#options;
    return { topic, partition, offset, metadata: encodeState({ ...state, ...this.#counts }) };
  }

  /** Its records are given up: they are another's now. */
  close(): void {
    this.#options.metrics.outstanding(-this.#slots.size);
    this.#options.metrics.outstandingBytes(-this.#bytesReported);
  }

  #count({ passedOn, isOwn }: Outcome): void {
    const { kind, deadLetters } = this.#options;
    const isTaken = kind === 'retry' && isOwn;
    const isToRetry = passedOn !== null && passedOn.topic !== deadLetters;
    this.#counts = {
      taken: this.#counts.taken + (isTaken ? 1 : 0),
      passedOn: this.#counts.passedOn + (isToRetry ? 1 : 0),
    };
  }

  #reportBytes(): void {
    const { bytes } = this.#slots;
    this.#options.metrics.outstandingBytes(bytes - this.#bytesReported);
    this.#bytesReported = bytes;
  }
}

function answerBytes({ response }: Outcome): number {
  return response?.answer?.body.length ?? 0;
}
