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
import { alertRecord } from './alerts/alert-record.ts';
import type { ComparatorLane } from './comparator-lane.ts';
import { type FindingsSettings, findingsOf, nothingFound, type RunningState, stateFrom } from './findings.ts';
import type { LaneTime } from './lane-time.ts';
import { Merger } from './merger.ts';
import { segmentKey } from './window-builder.ts';

/** What a merge's task keeps with its offset. Its sums stand in the divergence records it wrote last. */
export interface MergeState {
  /** Start of the first window that isn't merged, ms since the epoch. */
  readonly next: number;
  /** Where the records of the last window merged are: from which offset on, and how many; null before there are. */
  readonly last: { readonly windowStart: number; readonly from: number; readonly count: number } | null;
}

export interface MergeTaskOptions {
  readonly lane: ComparatorLane;
  readonly settings: FindingsSettings;
  /** Told where the merge stands. */
  readonly time: LaneTime;
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
  #running: RunningState = nothingFound;
  #restoring: Divergence[] | null;
  #last: MergeState['last'];
  #processed: number;
  #divergenceFrom: number;
  #uncommittedParts = 0;

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
    const { lane, settings } = this.#options;
    if (this.#restoring !== null) return null;
    const records: Divergence[] = [];
    const alerts: Alert[] = [];
    for (let n = 0; n < maxWindows; n += 1) {
      const window = this.#merger.take();
      if (window === null) break;
      const found = findingsOf(settings, this.#running, window);
      this.#running = found.state;
      const { windowStart } = window;
      this.#last = { windowStart, from: this.#divergenceFrom, count: found.records.length };
      records.push(...found.records);
      alerts.push(...found.alerts);
    }
    this.#options.time.set(this.#merger.next);
    const isDue = isOverdue || this.#uncommittedParts >= maxUncommittedParts;
    if (records.length === 0 && !isDue) return null;
    this.#uncommittedParts = 0;
    const state: MergeState = { next: this.#merger.next, last: this.#last };
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
    const { lane } = this.#options;
    const from = baseOffsets.get(`${lane.topics.divergence}/${lane.lanePartition}`);
    if (from !== undefined) this.#divergenceFrom = from;
  }

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { lane } = this.#options;
    const awaited = this.#merger.awaited();
    if (awaited === null || nowMs < awaited.untilMs + lane.ready.experiment.windowMs) return [];
    const { untilMs } = awaited;
    return awaited.partitions.map((partition) => ({ topic: lane.topics.requests, partition, untilMs }));
  }

  close(): void {}

  async #acceptPart(record: IncomingRecord): Promise<void> {
    const { lane } = this.#options;
    if (record.key?.toString() === lane.name && record.value !== null) {
      this.#merger.add(await lane.codecs.decode('window-part', record.value), record.offset);
    }
    this.#processed = record.offset + 1;
    this.#uncommittedParts += 1;
  }

  /** Collects the records of the last window merged; other lanes' and older ones are passed over. */
  async #restore(record: IncomingRecord): Promise<void> {
    const { lane, settings, state } = this.#options;
    if (this.#restoring === null || state.last === null || record.value === null) return;
    const divergence = await lane.codecs.decode('divergence', record.value);
    if (divergence.lane !== lane.name || divergence.windowStart !== state.last.windowStart) return;
    this.#restoring.push(divergence);
    if (this.#restoring.length < state.last.count) return;
    this.#running = stateFrom(this.#restoring, settings.configHash);
    this.#restoring = null;
  }

  #divergenceRecord(divergence: Divergence): OutgoingRecord {
    const { lane } = this.#options;
    const topic = lane.topics.divergence;
    const key = [lane.name, segmentKey(divergence.segment)].filter((part) => part !== '').join(' ');
    const value = lane.codecs.encoder('divergence', topic)(divergence);
    return { topic, partition: lane.lanePartition, key, value };
  }

  /** The verdict after the last of the windows; none where no window says one. */
  #verdictRecord(records: readonly Divergence[]): readonly OutgoingRecord[] {
    const { lane } = this.#options;
    const newest = records.findLast((record) => record.verdict !== null);
    if (newest === undefined || newest.verdict === null) return [];
    const topic = lane.topics.verdicts;
    const verdict: Verdict = { lane: lane.name, windowEnd: newest.windowEnd, ...newest.verdict };
    const value = lane.codecs.encoder('verdict', topic)(verdict);
    return [{ topic, partition: lane.lanePartition, key: lane.name, value }];
  }
}

/**
 * From which offset on the records of the last window merged are read back. Not after the end that readers of
 * committed records see: as long as another lane's merger has a transaction open in the partition, begun before them
 * and perhaps left by a process that was killed, that end is before records that were committed long ago.
 *
 * @param bounds of the lane's partition of the divergence topic
 * @throws StreamsError `offset-out-of-range` for a window that no longer can be read back
 */
export function restoreFrom(
  { last }: MergeState,
  bounds: { readonly start: number; readonly end: number },
  topic: string,
): number {
  if (last === null) return bounds.end;
  if (last.from >= bounds.start) return Math.min(last.from, bounds.end);
  throw new StreamsError(
    'offset-out-of-range',
    `${topic} begins at ${bounds.start}, after the lane's last records at ${last.from}: its running sums are gone`,
  );
}
