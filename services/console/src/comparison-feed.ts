import type { TopicNames } from '@understudy/domain';
import { laneOf } from '@understudy/domain';
import type { Comparison, Run } from '@understudy/schemas-avro';
import { type IncomingRecord, isOver, type KafkaConnection, type RecordRegistry } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import { followRecords } from './follow-records.ts';
import { readRun } from './read-run.ts';
import type { ReadingMetrics } from './reading-metrics.ts';

/** Called for every comparison of every lane, those of one partition in the order of the log; must not throw. */
export type ComparisonListener = (comparison: Comparison, record: IncomingRecord) => void;

export interface ComparisonFeedOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly names: TopicNames;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
  /** The comparisons of a live lane can't be read any further. */
  readonly onOver: (error: Error) => void;
}

interface Reading {
  run: Run;
  readonly closing: AbortController;
  readonly done: Promise<void>;
}

/**
 * The lanes' comparisons topics, each read once from its start whoever wants to hear of it: a live lane's for good, a
 * replay's until it is over.
 *
 *     const feed = new ComparisonFeed(options);
 *     feed.listen((comparison, { partition, offset }) => pairs.add(comparison, partition, offset));
 *     feed.follow(run);
 */
export class ComparisonFeed {
  readonly #options: ComparisonFeedOptions;
  readonly #listeners: ComparisonListener[] = [];
  /** By lane. */
  readonly #readings = new Map<string, Reading>();
  #isClosed = false;

  constructor(options: ComparisonFeedOptions) {
    this.#options = options;
  }

  /** Before the first `follow`: who comes later would miss what has been read. */
  listen(listener: ComparisonListener): void {
    this.#listeners.push(listener);
  }

  /** The run of a lane as it is now: begins to read its comparisons, or notes that it has changed. */
  follow(run: Run): void {
    const known = this.#readings.get(run.lane);
    if (known !== undefined) known.run = run;
    else if (!this.#isClosed) this.#begin(run);
  }

  /** Stops reading; nobody hears of the lane any more. */
  forget(lane: string): void {
    this.#readings.get(lane)?.closing.abort();
    this.#readings.delete(lane);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const readings = [...this.#readings.values()];
    for (const { closing } of readings) closing.abort();
    await Promise.all(readings.map(({ done }) => done));
  }

  #begin(run: Run): void {
    const closing = new AbortController();
    const { signal } = closing;
    const done = this.#read(run, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#options.onOver(error instanceof Error ? error : new Error(String(error)));
    });
    this.#readings.set(run.lane, { run, closing, done });
  }

  async #read({ lane, kind }: Run, signal: AbortSignal): Promise<void> {
    const of = laneOf(lane);
    if (of === null) return;
    const topic = this.#options.names.comparisons(of);
    const logger = this.#options.logger.child({ lane });
    const onComparison: ComparisonListener = (comparison, record) => {
      if (!signal.aborted) for (const listener of this.#listeners) listener(comparison, record);
    };
    const reading = { ...this.#options, topic, signal, logger };
    if (kind === 'live')
      await followRecords({ ...reading, name: 'comparison', onRecord: onComparison, onCaughtUp: () => {} });
    else await readRun({ ...reading, onComparison, isOver: () => this.#isOver(lane) });
  }

  #isOver(lane: string): boolean {
    const reading = this.#readings.get(lane);
    return reading !== undefined && isOver(reading.run);
  }
}
