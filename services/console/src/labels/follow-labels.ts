import type { KafkaConnection, RecordRegistry } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ComparisonFeed } from '../comparison-feed.ts';
import { followRecords } from '../follow-records.ts';
import type { ReadingMetrics } from '../reading-metrics.ts';
import type { Labels } from './labels.ts';

export interface FollowLabelsOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  /** The labels topic. */
  readonly topic: string;
  /** Not started yet: no pair may be missed. */
  readonly feed: Pick<ComparisonFeed, 'listen'>;
  /** What is read goes there. */
  readonly labels: Labels;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
  /** The log can't be read any further. */
  readonly onOver: (error: Error) => void;
}

/** Reads the labels topic from its start, and hears of pairs from the feed, until it is closed. */
export function followLabels(options: FollowLabelsOptions): { close(): Promise<void> } {
  const { feed, labels, logger, onOver } = options;
  const closing = new AbortController();
  const { signal } = closing;
  feed.listen((comparison) => labels.addComparison(comparison));
  const done = followRecords({
    ...options,
    name: 'label',
    signal,
    onRecord: (label) => labels.addLabel(label),
    onCaughtUp: () => logger.info('caught up with the labels'),
  }).catch((error: unknown) => {
    if (!signal.aborted) onOver(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    close: async () => {
      closing.abort();
      await done;
    },
  };
}
