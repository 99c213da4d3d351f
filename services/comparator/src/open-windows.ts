import { judgementHeaders, revisionHeaders, windowStart } from '@understudy/domain';
import type { WindowPart } from '@understudy/schemas-avro';
import { Coverage, type OutgoingRecord } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { digestText } from './digest.ts';
import type { Correction } from './recoveries/corrections.ts';
import { WindowBuilder } from './window-builder.ts';
import type { WindowSettingsAt } from './window-settings.ts';

export interface OpenWindowsOptions {
  readonly lane: ComparatorLane;
  readonly partition: number;
  readonly settingsAt: WindowSettingsAt;
  /** How many times the lane had been set to judge again. */
  readonly judgement: number;
}

/** One partition's windows that are not closed yet, and the records that closing them makes. */
export class OpenWindows {
  readonly #lane: ComparatorLane;
  readonly #settingsAt: WindowSettingsAt;
  readonly #partition: number;
  readonly #judgement: Readonly<Record<string, string>>;
  readonly #coverage: Coverage;
  readonly #windows = new Map<number, WindowBuilder>();

  constructor({ lane, settingsAt, partition, judgement }: OpenWindowsOptions) {
    this.#lane = lane;
    this.#coverage = new Coverage(lane.ready.run, partition);
    this.#judgement = judgementHeaders(judgement);
    this.#settingsAt = settingsAt;
    this.#partition = partition;
  }

  /** The window of a log time, ms since the epoch. */
  at(timeMs: number): WindowBuilder {
    const start = windowStart(timeMs, this.#lane.ready.experiment.windowMs);
    const known = this.#windows.get(start);
    if (known !== undefined) return known;
    const window = new WindowBuilder(this.#settingsAt(start), start);
    this.#windows.set(start, window);
    return window;
  }

  /** Counts a recovered request in the window of its frontier, as those of its own window are judged. */
  correct(correction: Correction): void {
    const requestMs = correction.kind === 'pair' ? correction.entry.request.timeMs : correction.frontierMs;
    this.at(correction.frontierMs).correct(correction, this.#settingsAt(requestMs));
  }

  /**
   * The records of all windows from `start` to `end`; windows without a sampled request are one part with a range, and so are
   * those that the run does not cover.
   */
  close(start: number, end: number): readonly OutgoingRecord[] {
    const records: OutgoingRecord[] = [];
    let closed = start;
    for (const gap of this.#coverage.gapsIn({ from: start, to: end })) {
      records.push(...this.#closeCovered(closed, gap.from));
      records.push(this.#partRecord({ ...this.#emptyPart(gap.from, gap.to), covered: false }));
      closed = gap.to;
    }
    return [...records, ...this.#closeCovered(closed, end)];
  }

  #closeCovered(start: number, end: number): readonly OutgoingRecord[] {
    const records: OutgoingRecord[] = [];
    let covered = start;
    const closing = [...this.#windows].filter(([opened]) => opened < end).toSorted(([a], [b]) => a - b);
    for (const [opened, window] of closing) {
      this.#windows.delete(opened);
      if (opened > covered) records.push(this.#partRecord(this.#emptyPart(covered, opened)));
      records.push(...this.#comparisonRecords(window));
      const part = window.part();
      records.push(this.#partRecord(part));
      covered = part.windowEnd;
    }
    if (end > covered) records.push(this.#partRecord(this.#emptyPart(covered, end)));
    return records;
  }

  #comparisonRecords(window: WindowBuilder): readonly OutgoingRecord[] {
    const { codecs, topics } = this.#lane;
    const encode = codecs.encoder('comparison', topics.comparisons);
    return window.comparisons().map(({ comparison, headers }) => ({
      topic: topics.comparisons,
      partition: this.#partition,
      key: comparison.diverging?.exchangeId ?? null,
      value: encode(comparison),
      headers: { ...headers, ...this.#judgement },
    }));
  }

  #emptyPart(from: number, to: number): WindowPart {
    const { lane, partition, configHash, keepHash } = this.#settingsAt(from);
    return {
      lane,
      partition,
      windowStart: from,
      windowEnd: to,
      configHash,
      covered: true,
      keepHash,
      segments: [],
      keys: [],
      offsets: [],
      digest: digestText(0n),
    };
  }

  #partRecord(part: WindowPart): OutgoingRecord {
    const { topics, codecs, lanePartition, name } = this.#lane;
    const value = codecs.encoder('window-part', topics.windowParts)(part);
    return {
      topic: topics.windowParts,
      partition: lanePartition,
      key: name,
      value,
      headers: { ...this.#judgement, ...revisionHeaders(this.#settingsAt(part.windowStart).revision) },
    };
  }
}
