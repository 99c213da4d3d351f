import type { TopicNames } from '@understudy/domain';
import { laneOf } from '@understudy/domain';
import type { Comparison, Run } from '@understudy/schemas-avro';
import { type IncomingRecord, isOver, type KafkaConnection, type RecordRegistry } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import { followRecords } from './follow-records.ts';
import { readRun } from './read-run.ts';
import type { ReadingMetrics } from './reading-metrics.ts';

/** Called for every comparison of a lane, those of one partition in the order of the log; what it resolves to is waited for. */
export type ComparisonListener = (comparison: Comparison, record: IncomingRecord) => void | Promise<void>;

export interface ComparisonFeedOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly names: TopicNames;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
  /** Before the first comparison of a lane: resolves to the first offset of its topic, by partition. */
  readonly begin: (lane: string, topic: string) => Promise<ReadonlyMap<number, number>>;
  readonly onComparison: ComparisonListener;
  /** The comparisons of a live lane can't be read any further. */
  readonly onOver: (error: Error) => void;
}

interface Reading {
  run: Run;
  readonly closing: AbortController;
  readonly done: Promise<void>;
}

/**
 * The lanes' comparisons topics, each read on from where the reader is: a live lane's for good, a replay's until it is
 * over.
 *
 *     const feed = new ComparisonFeed({ ...options, begin, onComparison });
 *     feed.follow(run);
 */
export class ComparisonFeed {
  readonly #options: ComparisonFeedOptions;
  /** By lane. */
  readonly #readings = new Map<string, Reading>();
  #isClosed = false;

  constructor(options: ComparisonFeedOptions) {
    this.#options = options;
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
    const onComparison: ComparisonListener = async (comparison, record) => {
      if (!signal.aborted) await this.#options.onComparison(comparison, record);
    };
    const from = await this.#options.begin(lane, topic);
    const reading = { ...this.#options, topic, signal, logger };
    if (kind === 'live')
      await followRecords({
        ...reading,
        name: 'comparison',
        from: () => Promise.resolve(from),
        onRecord: onComparison,
        onCaughtUp: () => {},
      });
    else await readRun({ ...reading, from, onComparison, isOver: () => this.#isOver(lane) });
  }

  #isOver(lane: string): boolean {
    const reading = this.#readings.get(lane);
    return reading !== undefined && isOver(reading.run);
  }
}
