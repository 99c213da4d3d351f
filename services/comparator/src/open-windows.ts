import { judgementHeaders, windowStart } from '@understudy/domain';
import type { WindowPart } from '@understudy/schemas-avro';
import type { OutgoingRecord } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { digestText } from './digest.ts';
import { WindowBuilder, type WindowSettings } from './window-builder.ts';

/** One partition's windows that are not closed yet, and the records that closing them makes. */
export class OpenWindows {
  readonly #lane: ComparatorLane;
  readonly #settings: WindowSettings;
  readonly #judgement: Readonly<Record<string, string>>;
  readonly #windows = new Map<number, WindowBuilder>();

  /** @param judgement - how many times the lane had been set to judge again */
  constructor(lane: ComparatorLane, settings: WindowSettings, judgement: number) {
    this.#lane = lane;
    this.#judgement = judgementHeaders(judgement);
    this.#settings = settings;
  }

  /** The window of a log time, ms since the epoch. */
  at(timeMs: number): WindowBuilder {
    const start = windowStart(timeMs, this.#settings.experiment.windowMs);
    const known = this.#windows.get(start);
    if (known !== undefined) return known;
    const window = new WindowBuilder(this.#settings, start);
    this.#windows.set(start, window);
    return window;
  }

  /** The records of all windows from `start` to `end`; windows without a sampled request are one part with a range. */
  close(start: number, end: number): readonly OutgoingRecord[] {
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
      partition: this.#settings.partition,
      key: comparison.diverging?.exchangeId ?? null,
      value: encode(comparison),
      headers: { ...headers, ...this.#judgement },
    }));
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
    const { topics, codecs, lanePartition, name } = this.#lane;
    const value = codecs.encoder('window-part', topics.windowParts)(part);
    return {
      topic: topics.windowParts,
      partition: lanePartition,
      key: name,
      value,
      headers: this.#judgement,
    };
  }
}
