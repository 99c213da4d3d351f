import type { ExperimentConfig } from '@understudy/config';
import { compileComparison } from '@understudy/comparison';
import { isTick, nextBoundary, type RecoveryOutcome, traceHeaders, windowStart } from '@understudy/domain';
import type { Records, ShadowResponse, ShadowStatus, WindowPart } from '@understudy/schemas-avro';
import {
  type Appetite,
  type CommitPosition,
  deadLetter,
  encodeState,
  type IncomingRecord,
  type OutgoingRecord,
  StreamsError,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { digestText } from './digest.ts';
import { Join } from './join.ts';
import type { PositionedProduction, PositionedShadow, TracedRequest } from './entry.ts';
import { Segments } from './segments.ts';
import { WindowBuilder, type WindowSettings } from './window-builder.ts';

/** What a join's task keeps with its offsets: the one number that is its state, besides the log. */
export interface JoinState {
  /** Start of the first open window, ms since the epoch. */
  readonly start: number;
}

export interface JoinTaskOptions {
  readonly lane: ComparatorLane;
  readonly partition: number;
  readonly state: JoinState;
  /** Next offset to be processed, by topic: dead letters of records before it are written already. */
  readonly processed: ReadonlyMap<string, number>;
}

/** Production's timeout may run out, and its response still has to get into the log. */
const deliveryMs = 60_000;
/** How long after its request a production response counts, ms. */
export function responseDeadlineMs({ production }: ExperimentConfig): number {
  return production.timeoutMs + deliveryMs;
}

/** Requests that may be open before the inputs that nobody waits for are held back. */
const maxOpen = 20_000;
/** How long after a window's end its partition may still be silent before it is ticked. */
const tickAfterMs = 500;

/**
 * Joins one partition of one lane, folds what is joined into windows, and closes them: one transaction holds the
 * comparisons and the parts of the windows that closed, and the start of the first one still open.
 */
export class JoinTask implements StreamTask {
  readonly #options: JoinTaskOptions;
  readonly #settings: WindowSettings;
  readonly #join: Join<TracedRequest | null, PositionedProduction, PositionedShadow>;
  readonly #windows = new Map<number, WindowBuilder>();
  readonly #next: Map<string, number>;
  readonly #clocks = new Map<string, number>();
  #deadLetters: OutgoingRecord[] = [];
  #start: number;
  #lastRequestMs = 0;
  /** Time of the last first shadow response or progress record read; before one is read, what follows is not ours. */
  #frontierMs = 0;
  #lastRecoveryMs = 0;

  constructor(options: JoinTaskOptions) {
    const { lane, partition, state, processed } = options;
    const { experiment } = lane.ready;
    this.#options = options;
    this.#start = state.start;
    this.#next = new Map(processed);
    this.#join = new Join({ startMs: state.start, deadlineMs: responseDeadlineMs(experiment) });
    this.#settings = {
      lane: lane.name,
      partition,
      experiment,
      configHash: lane.configHash,
      plan: compileComparison(experiment.comparison),
      segments: new Segments(experiment.segments),
      topics: lane.topics,
    };
  }

  appetite(topic: string, head: IncomingRecord | null): Appetite {
    const { topics } = this.#options.lane;
    const hasRoom = this.#join.open < maxOpen;
    switch (topic) {
      case topics.requests:
        return hasRoom || this.#join.needsRequests ? 'now' : 'later';
      case topics.productionResponses:
        return this.#join.needsProduction || this.#isOver(head) ? 'now' : 'later';
      default:
        return !this.#join.needsRequests && (hasRoom || !this.#join.needsProduction) ? 'now' : 'later';
    }
  }

  async accept(record: IncomingRecord): Promise<void> {
    const { topics } = this.#options.lane;
    switch (record.topic) {
      case topics.requests:
        await this.#acceptRequest(record);
        break;
      case topics.productionResponses:
        await this.#acceptProduction(record);
        break;
      default:
        await this.#acceptShadow(record);
    }
    this.#next.set(record.topic, Math.max(record.offset + 1, this.#next.get(record.topic) ?? 0));
    for (const entry of this.#join.takeJoined()) this.#windowAt(entry.request.timeMs).fold(entry);
  }

  output(): TaskOutput | null {
    const end = windowStart(this.#join.completeUpToMs, this.#settings.experiment.windowMs);
    if (end <= this.#start) return null;
    const records = [...this.#deadLetters, ...this.#close(end)];
    this.#deadLetters = [];
    this.#start = end;
    return { records, positions: this.#positions() };
  }

  committed(): void {}

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { lane, partition } = this.#options;
    const { windowMs } = this.#settings.experiment;
    const wanted: WantedTick[] = [];
    const lastMs = Math.max(this.#lastRequestMs, this.#lastRecoveryMs);
    const end = nextBoundary(lastMs + 1, windowMs);
    const isOpen = lastMs >= this.#start;
    if (isOpen && this.#join.requestsTimeMs < end && nowMs > end + tickAfterMs) {
      wanted.push({ topic: lane.topics.requests, partition, untilMs: end });
    }
    const deadline = this.#join.oldestDeadlineMs;
    if (deadline !== null && nowMs > deadline + tickAfterMs) {
      wanted.push({ topic: lane.topics.productionResponses, partition, untilMs: deadline + 1 });
    }
    return wanted;
  }

  close(): void {}

  async #acceptRequest(record: IncomingRecord): Promise<void> {
    const timeMs = this.#clock(record);
    const { offset } = record;
    if (isTick(record)) {
      this.#join.passRequest(offset, timeMs);
      return;
    }
    // Its invoker has put an unreadable request among the dead letters; here it only takes its place.
    const request = await this.#read('request', record);
    if (request !== null && request.experiment !== this.#settings.experiment.name) {
      this.#join.passRequest(offset, timeMs);
      return;
    }
    this.#lastRequestMs = timeMs;
    const production = request?.production ?? null;
    this.#join.addRequest({
      offset,
      timeMs,
      exchangeId: request?.exchangeId ?? null,
      // Into the object that was decoded for this record alone: a copy of every request would be felt.
      payload: request && Object.assign(request, { trace: traceHeaders(record.headers) }),
      production: production === null ? null : { offset: null, result: production },
    });
  }

  async #acceptProduction(record: IncomingRecord): Promise<void> {
    const timeMs = this.#clock(record);
    const response = isTick(record) ? null : await this.#readOrBury('production-response', record);
    if (response === null || response.experiment !== this.#settings.experiment.name) {
      this.#join.passProduction(timeMs);
      return;
    }
    const { exchangeId, result } = response;
    this.#join.addProduction({ timeMs, exchangeId, payload: { offset: record.offset, result } });
  }

  async #acceptShadow(record: IncomingRecord): Promise<void> {
    const response = isTick(record) ? null : await this.#readOrBury('shadow-response', record);
    if (response === null) return;
    const { kind, requestOffset, requestTime } = response;
    if (kind === 'recovery') this.#countRecovery(record.offset, response);
    if (kind !== 'first' && kind !== 'progress') return;
    this.#frontierMs = requestTime;
    const shadow = kind === 'first' ? { offset: record.offset, response } : null;
    this.#join.addFrontier({ requestOffset, requestTimeMs: requestTime, shadow });
  }

  /**
   * A recovery belongs to the window that the frontier is in where it stands among the shadow responses. That window is
   * open: only a first response or a progress record after it can close it. Where the frontier is before the first open
   * window, or was not read at all because it is, the recovery was counted when that window was closed.
   */
  #countRecovery(offset: number, { status }: ShadowResponse): void {
    const outcome = recoveryOutcome(status);
    if (outcome === null || this.#frontierMs < this.#start) return;
    this.#lastRecoveryMs = this.#frontierMs;
    this.#windowAt(this.#frontierMs).recover(outcome, offset);
  }

  /**
   * Of a production response that costs no memory any more. Who never took one because nobody waits, as where an experiment
   * has no traffic beside another that has, would be left behind by what the log keeps.
   */
  #isOver(head: IncomingRecord | null): boolean {
    return head !== null && this.#join.isPastRequests(this.#timeAt(head));
  }

  #clock(record: IncomingRecord): number {
    const timeMs = this.#timeAt(record);
    this.#clocks.set(record.topic, timeMs);
    return timeMs;
  }

  /** Log time at the next record: the prefix maximum of its partition's append times. */
  #timeAt({ topic, timestampMs }: IncomingRecord): number {
    return Math.max(timestampMs, this.#clocks.get(topic) ?? 0);
  }

  /** Null for a record that can't be read. A registry that is away is thrown: then the task waits. */
  async #read<K extends keyof Records>(name: K, record: IncomingRecord): Promise<Records[K] | null> {
    return this.#decode(name, record, () => undefined);
  }

  /** As `read`, and what can't be read goes to the dead letters, once for its position. */
  async #readOrBury<K extends keyof Records>(name: K, record: IncomingRecord): Promise<Records[K] | null> {
    return this.#decode(name, record, (error) => {
      const { lane, processed } = this.#options;
      if (record.offset < (processed.get(record.topic) ?? 0)) return;
      const topic = lane.topics.deadLetters;
      this.#deadLetters.push(
        deadLetter({ topic, lane: lane.ready.lane, stage: 'comparator', record, error }),
      );
    });
  }

  async #decode<K extends keyof Records>(
    name: K,
    record: IncomingRecord,
    onUnreadable: (error: StreamsError) => void,
  ): Promise<Records[K] | null> {
    if (record.value === null) return null;
    try {
      return await this.#options.lane.codecs.decode(name, record.value);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
      onUnreadable(error);
      return null;
    }
  }

  #windowAt(timeMs: number): WindowBuilder {
    const start = windowStart(timeMs, this.#settings.experiment.windowMs);
    const known = this.#windows.get(start);
    if (known !== undefined) return known;
    const window = new WindowBuilder(this.#settings, start);
    this.#windows.set(start, window);
    return window;
  }

  /** The records of all windows before `end`; windows without a sampled request are one part with a range. */
  #close(end: number): readonly OutgoingRecord[] {
    const { codecs, topics } = this.#options.lane;
    const encode = codecs.encoder('comparison', topics.comparisons);
    const records: OutgoingRecord[] = [];
    let covered = this.#start;
    const closing = [...this.#windows.keys()].filter((start) => start < end).toSorted((a, b) => a - b);
    for (const start of closing) {
      const window = this.#windows.get(start);
      if (window === undefined) continue;
      this.#windows.delete(start);
      if (start > covered) records.push(this.#partRecord(this.#emptyPart(covered, start)));
      for (const { comparison, headers } of window.comparisons()) {
        records.push({
          topic: topics.comparisons,
          partition: this.#options.partition,
          key: comparison.diverging?.exchangeId ?? null,
          value: encode(comparison),
          headers,
        });
      }
      const part = window.part();
      records.push(this.#partRecord(part));
      covered = part.windowEnd;
    }
    if (end > covered) records.push(this.#partRecord(this.#emptyPart(covered, end)));
    return records;
  }

  #emptyPart(from: number, to: number): WindowPart {
    const { lane, partition, configHash } = this.#settings;
    return {
      lane,
      partition,
      windowStart: from,
      windowEnd: to,
      configHash,
      segments: [],
      offsets: [],
      digest: digestText(0n),
    };
  }

  #partRecord(part: WindowPart): OutgoingRecord {
    const { lane } = this.#options;
    const topic = lane.topics.windowParts;
    const value = lane.codecs.encoder('window-part', topic)(part);
    return { topic, partition: lane.lanePartition, key: lane.name, value };
  }

  #positions(): readonly CommitPosition[] {
    const metadata = encodeState({ start: this.#start } satisfies JoinState);
    return [...this.#next].map(([topic, offset]) => ({
      topic,
      partition: this.#options.partition,
      offset,
      metadata,
    }));
  }
}

function recoveryOutcome(status: ShadowStatus | null): RecoveryOutcome | null {
  if (status === 'answered') return 'answered';
  return status === 'dead_lettered' ? 'dead-lettered' : null;
}
