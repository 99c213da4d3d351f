import type { Comparison } from '@understudy/schemas-avro';
import type { IncomingRecord, KafkaConnection, RecordRegistry } from '@understudy/streams';
import type { Health, Logger } from '@understudy/telemetry';
import { followRecords } from './follow-records.ts';
import type { ReadingMetrics } from './reading-metrics.ts';

/** Called for every comparison of every lane, those of one partition in the order of the log; must not throw. */
export type ComparisonListener = (comparison: Comparison, record: IncomingRecord) => void;

export interface ComparisonFeedOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  /** The lanes' comparisons topics, by the lane's name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
  /** The log can't be read any further. */
  readonly onOver: (error: Error) => void;
}

/**
 * The lanes' comparisons topics, each read once from its start whoever wants to hear of it.
 *
 *     const feed = new ComparisonFeed(options);
 *     feed.listen((comparison, { partition, offset }) => pairs.add(comparison, partition, offset));
 *     feed.start();
 */
export class ComparisonFeed {
  readonly #options: ComparisonFeedOptions;
  readonly #listeners: ComparisonListener[] = [];
  readonly #closing = new AbortController();
  /** Names of lanes whose topic has not been read yet to where it ended at the start. */
  readonly #behind: Set<string>;
  #done: Promise<unknown> = Promise.resolve();

  constructor(options: ComparisonFeedOptions) {
    this.#options = options;
    this.#behind = new Set(options.topics.keys());
  }

  /** Before `start`: who comes later would miss what has been read. */
  listen(listener: ComparisonListener): void {
    this.#listeners.push(listener);
  }

  start(): void {
    const readings = [...this.#options.topics].map(([lane, topic]) =>
      this.#read(lane, topic).catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#options.onOver(error instanceof Error ? error : new Error(String(error)));
      }),
    );
    this.#done = Promise.all(readings);
  }

  /** Ok when every topic was read to where it ended at the start. */
  ready(): Health {
    const isCaughtUp = this.#behind.size === 0;
    return { ok: isCaughtUp, detail: { comparisons: isCaughtUp ? 'read' : 'being read' } };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #read(lane: string, topic: string): Promise<void> {
    const { signal } = this.#closing;
    const logger = this.#options.logger.child({ lane });
    await followRecords({
      ...this.#options,
      topic,
      name: 'comparison',
      signal,
      logger,
      onRecord: (comparison, record) => {
        for (const listener of this.#listeners) listener(comparison, record);
      },
      onCaughtUp: () => this.#behind.delete(lane),
    });
  }
}
