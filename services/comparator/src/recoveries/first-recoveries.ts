import { isTick, windowStart } from '@understudy/domain';
import type { IncomingRecord, LogLookup } from '@understudy/streams';
import { clockToleranceMs } from '../join.ts';
import type { ReadShadowResponse, RecordReader } from '../record-reader.ts';

/** A recovery with an answer, and where it stands. */
export interface AnsweredRecovery {
  /** Of the shadow response. */
  readonly offset: number;
  readonly timestampMs: number;
  readonly response: ReadShadowResponse;
  /** Log time of the first response or progress record before it, ms since the epoch. */
  readonly frontierMs: number;
}

export interface FirstRecoveriesOptions {
  readonly topic: string;
  readonly partition: number;
  readonly windowMs: number;
  readonly reader: RecordReader;
  readonly lookup: LogLookup;
}

/**
 * How long before its window a recovery's like is looked for. Nobody of ours writes a second one: a request has one copy
 * on its way, and a letter is sent back once. This is for copies made by hand, and those are made together.
 */
const horizonMs = 15 * 60_000;

/**
 * Tells the first recovery of a request from those that repeat it, by the log alone: one is repeated if another with an
 * answer stands before it, appended no earlier than 10 s before the request, and than 15 minutes before the window that
 * counts it. What stands before the first record that the task has read is read when it is asked for, once.
 */
export class FirstRecoveries {
  readonly #options: FirstRecoveriesOptions;
  /** When the last recovery of a request was appended, by its offset; in that order. */
  #answered = new Map<number, number>();
  /** All from this offset on, or appended at this time or later, are known. */
  #knownFrom: number | null = null;
  #knownFromMs = Infinity;

  constructor(options: FirstRecoveriesOptions) {
    this.#options = options;
  }

  /** To be told of every shadow response that the task reads, before any is asked for. */
  reads({ offset }: IncomingRecord): void {
    this.#knownFrom ??= offset;
  }

  /** Takes a recovery with an answer, once, in the order of the log. */
  add({ timestampMs, response }: Pick<AnsweredRecovery, 'timestampMs' | 'response'>): void {
    note(this.#answered, response.requestOffset, timestampMs);
  }

  /** Whether none before it has answered its request. To be asked before it is added. */
  async isFirst({ response, frontierMs }: AnsweredRecovery): Promise<boolean> {
    const fromMs = Math.max(
      response.requestTime - clockToleranceMs,
      windowStart(frontierMs, this.#options.windowMs) - horizonMs,
    );
    if (fromMs < this.#knownFromMs) await this.#readBackTo(fromMs);
    const before = this.#answered.get(response.requestOffset);
    return before === undefined || before < fromMs;
  }

  /** Forgets what no recovery of a window from `startMs` on can repeat. */
  forgetBefore(startMs: number): void {
    for (const [requestOffset, timestampMs] of this.#answered) {
      if (timestampMs >= startMs - horizonMs) break;
      this.#answered.delete(requestOffset);
    }
  }

  async #readBackTo(fromMs: number): Promise<void> {
    const { topic, partition, reader, lookup } = this.#options;
    const until = this.#knownFrom ?? 0;
    const answered = new Map<number, number>();
    const first = await lookup.offsetAtTime(topic, partition, fromMs);
    for (let offset = first; offset < until;) {
      const found = await lookup.read(topic, partition, offset);
      // Deleted, or no longer committed as a follower sees it after its leader's failure: the task's own reading will say.
      if (found === null || found.nextOffset === offset) break;
      for (const record of found.records) {
        if (record.offset >= until || isTick(record)) continue;
        const response = await reader.read('shadow-response', record);
        if (response?.kind === 'recovery' && response.status === 'answered')
          note(answered, response.requestOffset, record.timestampMs);
      }
      offset = found.nextOffset;
    }
    for (const [requestOffset, timestampMs] of this.#answered) note(answered, requestOffset, timestampMs);
    this.#answered = answered;
    this.#knownFrom = Math.min(first, until);
    this.#knownFromMs = fromMs;
  }
}

/** The last time counts, and stands last. */
function note(answered: Map<number, number>, requestOffset: number, timestampMs: number): void {
  const before = answered.get(requestOffset) ?? 0;
  answered.delete(requestOffset);
  answered.set(requestOffset, Math.max(before, timestampMs));
}
