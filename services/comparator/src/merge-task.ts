import type { Alert, Divergence, Verdict } from '@understudy/schemas-avro';
import {
  type Appetite,
  encodeState,
  type IncomingRecord,
  type OutgoingRecord,
  StreamsError,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import { judgementHeaders, judgementOf, revisionHeaders, windowStart } from '@understudy/domain';
import { alertRecord } from './alerts/alert-record.ts';
import { alertsAfter, type Silence } from './alerts/silence.ts';
import type { ComparatorLane } from './comparator-lane.ts';
import { findingsOf } from './findings.ts';
import { nothingFound, type RunningState, stateFrom } from './running-state.ts';
import type { FindingsSettingsAt } from './findings-settings.ts';
import type { MergeState } from './lane-states.ts';
import type { LaneTime } from './lane-time.ts';
import { type CompleteWindow, Merger } from './merger.ts';
import { segmentKey } from './segment-key.ts';

export interface MergeTaskOptions {
  readonly lane: ComparatorLane;
  readonly settingsAt: FindingsSettingsAt;
  /** Told where the merge stands. */
  readonly time: LaneTime;
  /** Told when all windows of a run that has an end are in the log for good; perhaps more than once. */
  readonly onPublished: () => void;
  readonly state: MergeState;
  /** Next offset of the lane's partition of window-parts. */
  readonly processed: number;
  /** An offset of the divergence topic before which this task's next records can't be. */
  readonly divergenceFrom: number;
}

/** Windows of one transaction at the most. */
const maxWindows = 20;
/** Parts read since the last commit after which one is due, even if nothing was merged. */
const maxUncommittedParts = 5_000;

/**
 * Merges the parts of one lane's windows, in order, and publishes what they say: divergence records, the
 * verdict and alerts, in one transaction with its position among the parts. It begins with reading back its last records,
 * for they hold the running sums.
 */
export class MergeTask implements StreamTask {
  readonly #options: MergeTaskOptions;
  readonly #merger: Merger;
  #running: RunningState;
  #restoring: Divergence[] | null;
  #last: MergeState['last'];
  #silence: Silence | null;
  #processed: number;
  #divergenceFrom: number;
  #uncommittedParts = 0;
  /** Of a run that has an end: whether its last window is merged, and then committed. */
  #end: 'before' | 'merged' | 'committed' = 'before';

  constructor(options: MergeTaskOptions) {
    const { lane, state, processed, divergenceFrom } = options;
    this.#options = options;
    this.#merger = new Merger({
      partitions: lane.partitions,
      windowMs: lane.ready.experiment.windowMs,
      next: state.next,
    });
    options.time.set(state.next);
    this.#last = state.last;
    this.#running = { ...nothingFound, lastWindowEnd: state.lost };
    this.#silence = state.silence;
    this.#restoring = state.last === null ? null : [];
    this.#processed = processed;
    this.#divergenceFrom = divergenceFrom;
  }

  appetite(topic: string): Appetite {
    const isRestoring = this.#restoring !== null;
    if (topic === this.#options.lane.topics.divergence) return isRestoring ? 'now' : 'never';
    return isRestoring ? 'later' : 'now';
  }

  async accept(record: IncomingRecord): Promise<void> {
    if (record.topic === this.#options.lane.topics.divergence) await this.#restore(record);
    else await this.#acceptPart(record);
  }

  output(isOverdue = false): TaskOutput | null {
    const { lane, settingsAt } = this.#options;
    if (this.#restoring !== null) return null;
    this.#sayPublishedBefore();
    const records: Divergence[] = [];
    const alerts: Alert[] = [];
    for (let n = 0; n < maxWindows; n += 1) {
      const window = this.#merger.take(this.#judgeableUntil);
      if (window === null) break;
      const found = findingsOf(settingsAt(window.windowStart), this.#running, window);
      this.#running = found.state;
      const { windowStart } = window;
      this.#last = { windowStart, from: this.#divergenceFrom, count: found.records.length };
      records.push(...found.records);
      alerts.push(...this.#toBeSaid(found, window));
    }
    this.#options.time.set(this.#merger.next, this.#merger.held);
    if (records.length === 0 && this.#merger.mustReadAgain) throw readAgain(lane.name);
    const isEnd = this.#end === 'before' && this.#merger.next >= (lane.ready.run.end ?? Infinity);
    const isDue = isOverdue || isEnd || this.#uncommittedParts >= maxUncommittedParts;
    if (records.length === 0 && !isDue) return null;
    this.#uncommittedParts = 0;
    if (isEnd) this.#end = 'merged';
    const { judgement, lost } = this.#options.state;
    const state: MergeState = {
      next: this.#merger.next,
      last: this.#last,
      lost: this.#last === null ? lost : null,
      judgement,
      silence: this.#silence,
    };
    const offset = this.#merger.oldestNeeded ?? this.#processed;
    const { windowParts: topic } = lane.topics;
    return {
      records: [
        ...records.map((record) => this.#divergenceRecord(record)),
        ...this.#verdictRecord(records),
        ...alerts.map((alert) => alertRecord(lane, alert)),
      ],
      positions: [{ topic, partition: lane.lanePartition, offset, metadata: encodeState(state) }],
    };
  }

  committed(baseOffsets: ReadonlyMap<string, number>): void {
    const { lane, onPublished } = this.#options;
    const from = baseOffsets.get(`${lane.topics.divergence}/${lane.lanePartition}`);
    if (from !== undefined) this.#divergenceFrom = from;
    if (this.#end !== 'merged') return;
    this.#end = 'committed';
    onPublished();
  }

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { lane } = this.#options;
    const awaited = this.#merger.awaited();
    if (awaited === null || nowMs < awaited.untilMs + lane.ready.experiment.windowMs) return [];
    const { untilMs } = awaited;
    return awaited.partitions.map((partition) => ({ topic: lane.topics.requests, partition, untilMs }));
  }

  close(): void {}

  /** Before this boundary it is known which revision is in force: another process, whose part is here, may know more. */
  get #judgeableUntil(): number {
    const { timeline, experiment } = this.#options.lane.ready;
    return windowStart(timeline.knownUntilMs, experiment.windowMs);
  }

  async #acceptPart(record: IncomingRecord): Promise<void> {
    const { lane, state } = this.#options;
    const isOurs = record.key?.toString() === lane.name && judgementOf(record.headers) === state.judgement;
    if (isOurs && record.value !== null) {
      this.#merger.add(await lane.codecs.decode('window-part', record.value), record.offset);
    }
    this.#processed = record.offset + 1;
    this.#uncommittedParts += 1;
  }

  /** Collects the records of the last window merged; other lanes' and older ones are passed over. */
  async #restore(record: IncomingRecord): Promise<void> {
    const { lane, settingsAt, state } = this.#options;
    if (this.#restoring === null || state.last === null || record.value === null) return;
    const divergence = await lane.codecs.decode('divergence', record.value);
    if (divergence.lane !== lane.name || divergence.windowStart !== state.last.windowStart) return;
    this.#restoring.push(divergence);
    if (this.#restoring.length < state.last.count) return;
    this.#running = stateFrom(this.#restoring, settingsAt(state.last.windowStart));
    this.#restoring = null;
  }

  /** All windows of the run were committed before this task was opened: no commit of its own will say so. */
  #sayPublishedBefore(): void {
    const { lane, state, onPublished } = this.#options;
    if (this.#end !== 'before' || state.next < (lane.ready.run.end ?? Infinity)) return;
    this.#end = 'committed';
    onPublished();
  }

  #divergenceRecord(divergence: Divergence): OutgoingRecord {
    const { lane } = this.#options;
    const topic = lane.topics.divergence;
    const key = [lane.name, segmentKey(divergence.segment)].filter((part) => part !== '').join(' ');
    const value = lane.codecs.encoder('divergence', topic)(divergence);
    const { revision } = this.#options.settingsAt(divergence.windowStart);
    const headers = { ...this.#headers(), ...revisionHeaders(revision) };
    return { topic, partition: lane.lanePartition, key, value, headers };
  }

  /** The verdict after the last of the windows; none where no window says one. */
  #verdictRecord(records: readonly Divergence[]): readonly OutgoingRecord[] {
    const { lane } = this.#options;
    const newest = records.findLast((record) => record.verdict !== null);
    if (newest === undefined || newest.verdict === null) return [];
    const topic = lane.topics.verdicts;
    const verdict: Verdict = { lane: lane.name, windowEnd: newest.windowEnd, ...newest.verdict };
    const value = lane.codecs.encoder('verdict', topic)(verdict);
    return [{ topic, partition: lane.lanePartition, key: lane.name, value, headers: this.#headers() }];
  }

  #headers(): Readonly<Record<string, string>> {
    return judgementHeaders(this.#options.state.judgement);
  }

  /** The alerts of a window; none while windows are judged again that subscribers know of. */
  #toBeSaid(
    found: ReturnType<typeof findingsOf>,
    { windowStart, windowEnd }: CompleteWindow,
  ): readonly Alert[] {
    const silence = this.#silence;
    if (silence === null) return found.alerts;
    if (windowEnd < silence.until) return [];
    this.#silence = null;
    const { lane, watch } = this.#options.settingsAt(windowStart);
    return alertsAfter(silence, {
      lane,
      link: watch.link,
      windowStart,
      windowEnd,
      states: found.state.alerts,
    });
  }
}

function readAgain(lane: string): StreamsError {
  return new StreamsError(
    'read-again',
    `parts of ${lane} that were too far ahead of a partition to be held are merged now: they are read again`,
  );
}

/**
 * From which offset on the records of the last window merged are read back; null: they are no longer in the log. Not after
 * the end that readers of committed records see: as long as another lane's merger has a transaction open in the partition,
 * begun before them and perhaps left by a process that was killed, that end is before records that were committed long ago.
 *
 * @param bounds of the lane's partition of the divergence topic
 */
export function restoreFrom(
  { last }: Pick<MergeState, 'last'>,
  bounds: { readonly start: number; readonly end: number },
): number | null {
  if (last === null) return bounds.end;
  return last.from >= bounds.start ? Math.min(last.from, bounds.end) : null;
}
