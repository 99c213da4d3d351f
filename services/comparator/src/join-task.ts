import { isTick, nextBoundary, type RecoveryOutcome, windowStart } from '@understudy/domain';
import type { ShadowStatus } from '@understudy/schemas-avro';
import {
  type Appetite,
  type CommitPosition,
  Coverage,
  encodeState,
  type IncomingRecord,
  type LogLookup,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { Join, type JoinProduction } from './join.ts';
import type { JoinState } from './lane-states.ts';
import { OpenWindows } from './open-windows.ts';
import { Corrections } from './recoveries/corrections.ts';
import {
  type Read,
  type ReadProductionResponse,
  type ReadRequest,
  type ReadShadowResponse,
  RecordReader,
} from './record-reader.ts';
import {
  type Entry,
  type PositionedProduction,
  type PositionedShadow,
  type TracedRequest,
  tracedRequest,
} from './entry.ts';
import { isWhole, type KeptEntry, type KeptProduction, leftInLog, readAgain } from './left-in-log.ts';
import { windowSettings, type WindowSettingsAt } from './window-settings.ts';

export interface JoinTaskOptions {
  readonly lane: ComparatorLane;
  readonly partition: number;
  readonly state: JoinState;
  /** Next offset to be processed, by topic: dead letters of records before it are written already. */
  readonly processed: ReadonlyMap<string, number>;
  /** Where the pairs of recovered requests are read again, and what there was no room for. */
  readonly lookup: LogLookup;
  /** What requests and production responses that wait for each other may take in memory. Default see {@link heldLimit}. */
  readonly maxHeldBytes?: number;
  /** What is judged in place of an entry, where it is asked what would have been found. Default the entry. */
  readonly alter?: (entry: Entry) => Entry;
  /** Told how much more, or less, of that is taken. Default nobody. */
  readonly onHeld?: (bytes: number) => void;
}

/** Of all partitions of a lane together, so many bytes of records may wait for each other, but 1 MiB of each in any case. */
const laneHeldBytes = 64 * 1024 * 1024;
const leastHeldBytes = 1024 * 1024;
/** Of a record: the objects around its bytes, about. */
const recordOverheadBytes = 500;

/** How many bytes of records may wait for each other in one of a lane's partitions, by default. */
function heldLimit(partitions: number): number {
  return Math.max(leastHeldBytes, laneHeldBytes / partitions);
}

/** How long after a window's end its partition may still be silent before it is ticked. */
const tickAfterMs = 500;

/**
 * Joins one partition of one lane, folds what is joined into windows, and closes them: one transaction holds the
 * comparisons and the parts of the windows that closed, and the start of the first one still open.
 */
export class JoinTask implements StreamTask {
  readonly #options: JoinTaskOptions;
  readonly #settingsAt: WindowSettingsAt;
  readonly #join: Join<TracedRequest | null, KeptProduction, PositionedShadow>;
  readonly #windows: OpenWindows;
  readonly #reader: RecordReader;
  readonly #corrections: Corrections;
  readonly #coverage: Coverage;
  readonly #next: Map<string, number>;
  readonly #clocks = new Map<string, number>();
  readonly #endMs: number;
  #start: number;
  #lastRequestMs = 0;
  /** Time of the last first shadow response or progress record read; before one is read, what follows is not ours. */
  #frontierMs = 0;
  #lastRecoveryMs = 0;
  #heldReported = 0;

  constructor(options: JoinTaskOptions) {
    const { lane, partition, state, processed, lookup, maxHeldBytes = heldLimit(lane.partitions) } = options;
    this.#options = options;
    this.#start = state.start;
    this.#endMs = lane.ready.run.end ?? Infinity;
    this.#next = new Map(processed);
    this.#coverage = new Coverage(lane.ready.run, partition);
    this.#join = new Join({ startMs: this.#coverage.from(state.start), maxHeldBytes, leftInLog });
    this.#settingsAt = windowSettings(lane, partition);
    const { judgement } = state;
    this.#windows = new OpenWindows({ lane, partition, settingsAt: this.#settingsAt, judgement });
    const reader = new RecordReader(lane, furthest(processed, state.buried));
    this.#reader = reader;
    const deadlineOf = (requestTimeMs: number): number => this.#deadlineOf(requestTimeMs);
    this.#corrections = new Corrections({ lane, partition, deadlineOf, reader, lookup });
  }

  appetite(topic: string, head: IncomingRecord | null): Appetite {
    const { topics } = this.#options.lane;
    if (this.#hasAll(topic)) return 'never';
    switch (topic) {
      case topics.requests:
        return this.#takesRequests && this.#isJudgeable(head) ? 'now' : 'later';
      case topics.productionResponses:
        return this.#needsProduction || this.#isOver(head) ? 'now' : 'later';
      default:
        return this.#takesShadows ? 'now' : 'later';
    }
  }

  accept(record: IncomingRecord): void | Promise<void> {
    const { topics } = this.#options.lane;
    switch (record.topic) {
      case topics.requests:
        // Its invoker has put an unreadable request among the dead letters; here it only takes its place.
        return this.#take(record, this.#reader.read('request', record), this.#acceptRequest);
      case topics.productionResponses:
        return this.#take(
          record,
          this.#reader.readOrBury('production-response', record),
          this.#acceptProduction,
        );
      default:
        return this.#take(record, this.#reader.readOrBury('shadow-response', record), this.#acceptShadow);
    }
  }

  output(isOverdue = false): TaskOutput | null {
    this.#reportHeld(this.#join.heldBytes);
    const { experiment, timeline } = this.#options.lane.ready;
    const completeUpToMs = Math.min(this.#join.completeUpToMs, this.#corrections.openFromMs);
    const complete = windowStart(Math.min(completeUpToMs, timeline.knownUntilMs), experiment.windowMs);
    const end = Math.min(complete, this.#endMs);
    if (end <= this.#start)
      return isOverdue ? { records: this.#reader.takeDeadLetters(), positions: this.#positions() } : null;
    const records = [...this.#reader.takeDeadLetters(), ...this.#windows.close(this.#start, end)];
    this.#start = end;
    this.#corrections.closed(end);
    return { records, positions: this.#positions() };
  }

  committed(): void {}

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { lane, partition } = this.#options;
    const { windowMs } = lane.ready.experiment;
    const wanted: WantedTick[] = [];
    const lastMs = Math.max(this.#lastRequestMs, this.#lastRecoveryMs);
    const end = nextBoundary(lastMs + 1, windowMs);
    const isOpen = lastMs >= this.#start;
    if (isOpen && this.#join.requestsTimeMs < end && nowMs > end + tickAfterMs) {
      wanted.push({ topic: lane.topics.requests, partition, untilMs: end });
    }
    const deadline = Math.min(
      this.#join.oldestDeadlineMs ?? Infinity,
      this.#corrections.oldestDeadlineMs ?? Infinity,
    );
    if (nowMs > deadline + tickAfterMs) {
      wanted.push({ topic: lane.topics.productionResponses, partition, untilMs: deadline + 1 });
    }
    return wanted;
  }

  close(): void {
    this.#reportHeld(0);
  }

  get #needsProduction(): boolean {
    return this.#join.needsProduction || this.#corrections.needsProduction;
  }

  get #takesRequests(): boolean {
    return this.#join.mayReadAhead || this.#join.needsRequests;
  }

  get #takesShadows(): boolean {
    const { needsRequests, needsProduction, hasRoom } = this.#join;
    return !needsRequests && (hasRoom || !needsProduction) && this.#corrections.hasRoom;
  }

  /** Without a closure or a promise for a record that needs none. */
  #take<T>(
    record: IncomingRecord,
    read: Read<T>,
    accept: (record: IncomingRecord, value: T | null) => void | Promise<void>,
  ): void | Promise<void> {
    if (read instanceof Promise) return read.then((value) => this.#take(record, value, accept));
    const accepting = accept(record, read);
    if (accepting instanceof Promise) return accepting.then(() => this.#taken(record));
    return this.#taken(record);
  }

  #taken(record: IncomingRecord): void | Promise<void> {
    this.#next.set(record.topic, Math.max(record.offset + 1, this.#next.get(record.topic) ?? 0));
    let lacking: KeptEntry[] | null = null;
    for (const entry of this.#join.takeJoined()) {
      if (!this.#isOpen(entry.request.timeMs)) continue;
      if (isWhole(entry)) this.#fold(entry);
      else (lacking ??= []).push(entry);
    }
    for (const each of this.#corrections.takeFound()) this.#windows.correct(each);
    if (lacking !== null) return this.#foldReadAgain(lacking);
  }

  async #foldReadAgain(entries: readonly KeptEntry[]): Promise<void> {
    const { lane, partition, lookup } = this.#options;
    const from = { topic: lane.topics.productionResponses, partition, reader: this.#reader, lookup };
    for (const entry of entries) this.#fold(await readAgain(from, entry));
  }

  #fold(entry: Entry): void {
    const { alter } = this.#options;
    this.#windows.at(entry.request.timeMs).fold(alter === undefined ? entry : alter(entry));
  }

  #reportHeld(bytes: number): void {
    this.#options.onHeld?.(bytes - this.#heldReported);
    this.#heldReported = bytes;
  }

  readonly #acceptRequest = (record: IncomingRecord, request: ReadRequest | null): void => {
    const timeMs = this.#clock(record);
    const { offset } = record;
    if (isTick(record)) {
      this.#join.passRequest(offset, timeMs);
      return;
    }
    if (request !== null && request.experiment !== this.#options.lane.ready.experiment.name) {
      this.#join.passRequest(offset, timeMs);
      return;
    }
    if (timeMs < this.#endMs) this.#lastRequestMs = timeMs;
    const production = request?.production ?? null;
    this.#join.addRequest({
      offset,
      timeMs,
      deadlineMs: this.#deadlineOf(timeMs),
      exchangeId: request?.exchangeId ?? null,
      payload: request && tracedRequest(request, record),
      production: production === null ? null : { offset: null, result: production },
      sizeBytes: sizeOf(record),
    });
  };

  readonly #acceptProduction = (record: IncomingRecord, response: ReadProductionResponse | null): void => {
    const timeMs = this.#clock(record);
    if (response === null || response.experiment !== this.#options.lane.ready.experiment.name) {
      this.#join.passProduction(timeMs);
      this.#corrections.passProduction(timeMs);
      return;
    }
    const { exchangeId, result } = response;
    const { offset } = record;
    const production: JoinProduction<PositionedProduction> = {
      offset,
      timeMs,
      exchangeId,
      payload: { offset, result },
      sizeBytes: sizeOf(record),
    };
    this.#join.addProduction(production);
    this.#corrections.addProduction(production);
  };

  readonly #acceptShadow = (
    record: IncomingRecord,
    response: ReadShadowResponse | null,
  ): void | Promise<void> => {
    this.#corrections.reads(record);
    if (response === null) return;
    const { kind, requestOffset, requestTime } = response;
    if (kind === 'recovery') return this.#countRecovery(record, response);
    this.#frontierMs = requestTime;
    // Where another lane's responses are judged again, they may go on after this run's end.
    const shadow = kind === 'first' && requestTime < this.#endMs ? { offset: record.offset, response } : null;
    this.#join.addFrontier({ requestOffset, requestTimeMs: requestTime, shadow });
  };

  /** Whether the window of this log time is one that is still to be closed with what is found in it. */
  #isOpen(timeMs: number): boolean {
    return timeMs >= this.#start && this.#coverage.covers(timeMs);
  }

  /**
   * A recovery belongs to the window that the frontier is in where it stands among the shadow responses. That window is
   * open: only a first response or a progress record after it can close it. Where the frontier is before the first open
   * window, or was not read at all because it is, the recovery was counted when that window was closed. One with an
   * answer is judged by its pair, too. Of a request in a gap, or while the frontier is in one, it counts nowhere.
   */
  #countRecovery(record: IncomingRecord, response: ReadShadowResponse): void | Promise<void> {
    const { offset, timestampMs } = record;
    const outcome = recoveryOutcome(response.status);
    const frontierMs = this.#frontierMs;
    if (frontierMs >= this.#endMs) return;
    const isOver = !this.#isOpen(frontierMs) || !this.#coverage.covers(response.requestTime);
    if (outcome === 'answered' && isOver) this.#corrections.pass(record, response);
    if (outcome === null || isOver) return;
    const count = (): void => {
      this.#lastRecoveryMs = frontierMs;
      this.#windows.at(frontierMs).recover(outcome, offset);
    };
    if (outcome === 'dead-lettered') return count();
    const productionUpTo = this.#next.get(this.#options.lane.topics.productionResponses) ?? 0;
    return this.#corrections.add({ offset, timestampMs, response, frontierMs }, productionUpTo).then(count);
  }

  #deadlineOf(requestTimeMs: number): number {
    return requestTimeMs + this.#settingsAt(requestTimeMs).deadlineMs;
  }

  /** Whether it is known which revision is in force at the next request. */
  #isJudgeable(head: IncomingRecord | null): boolean {
    return head === null || this.#timeAt(head) < this.#options.lane.ready.timeline.knownUntilMs;
  }

  /** Of a run that has an end: whether nothing more of an input is needed to close the window before it. */
  #hasAll(topic: string): boolean {
    const { topics } = this.#options.lane;
    if (topic === topics.requests) {
      return this.#join.requestsTimeMs >= this.#endMs && !this.#join.needsRequests;
    }
    if (topic === topics.shadowResponses) return this.#frontierMs >= this.#endMs;
    return Math.max(this.#start, this.#join.completeUpToMs) >= this.#endMs;
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

  #positions(): readonly CommitPosition[] {
    const { judgement, buried } = this.#options.state;
    const metadata = encodeState({ start: this.#start, judgement, buried } satisfies JoinState);
    return [...this.#next].map(([topic, offset]) => ({
      topic,
      partition: this.#options.partition,
      offset,
      metadata,
    }));
  }
}

/** What a record takes in memory while it is held. */
function sizeOf({ value }: IncomingRecord): number {
  return recordOverheadBytes + (value?.length ?? 0);
}

/** Of both, the offset further on, by topic. */
function furthest(
  processed: ReadonlyMap<string, number>,
  buried: JoinState['buried'],
): ReadonlyMap<string, number> {
  const offsets = new Map(processed);
  for (const [topic, offset] of Object.entries(buried))
    offsets.set(topic, Math.max(offset, offsets.get(topic) ?? 0));
  return offsets;
}

function recoveryOutcome(status: ShadowStatus | null): RecoveryOutcome | null {
  if (status === 'answered') return 'answered';
  return status === 'dead_lettered' ? 'dead-lettered' : null;
}
