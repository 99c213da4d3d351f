import { setTimeout as delay } from 'node:timers/promises';
import {
  decodeWaiting,
  type KafkaConnection,
  readLog,
  type RecordRegistry,
  StreamsError,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ComparisonListener } from './comparison-feed.ts';
import type { ReadingMetrics } from './reading-metrics.ts';

export interface ReadRunOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  /** The lane's comparisons. */
  readonly topic: string;
  readonly onComparison: ComparisonListener;
  /** First offset, by partition. */
  readonly from: ReadonlyMap<number, number>;
  /** Whether nothing more is written. */
  readonly isOver: () => boolean;
  readonly signal: AbortSignal;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
}

const everyMs = 2_000;

/**
 * Reads the comparisons of a run over the past: from where it was, again and again, and once more when the run is over.
 * There may be many such runs and few that go on, so none has a consumer of its own. What goes wrong is logged and tried again:
 * a run may be known before its topics are there.
 */
export async function readRun(options: ReadRunOptions): Promise<void> {
  const { signal, isOver, topic, logger } = options;
  /** Next offset, by partition. */
  const positions = new Map(options.from);
  while (!signal.aborted) {
    const isLast = isOver();
    try {
      await readOn(options, positions);
      if (isLast) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StreamsError)) throw error;
      // Deleted before it was read: what is left is read from its start.
      if (error.code === 'offset-out-of-range') positions.clear();
      logger.warn({ err: error, topic }, 'could not read the comparisons of a replay; it is tried again');
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

async function readOn(
  { connection, registry, topic, onComparison, signal, metrics, logger }: ReadRunOptions,
  positions: Map<number, number>,
): Promise<void> {
  for await (const record of readLog(connection, { topic, from: positions })) {
    if (signal.aborted) return;
    const { partition, offset, value } = record;
    try {
      if (value !== null)
        await onComparison(
          await decodeWaiting(registry, { name: 'comparison', value, signal, logger }),
          record,
        );
      metrics.read.inc({ record: 'comparison' });
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
      metrics.unreadable.inc({ record: 'comparison' });
      logger.warn({ err: error, topic, partition, offset }, 'passed over a record that can not be read');
    }
    positions.set(partition, offset + 1);
  }
}
