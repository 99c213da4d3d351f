import type { KafkaConnection, RecordRegistry } from '@understudy/streams';
import type { Health, Logger } from '@understudy/telemetry';
import { followRecords } from './follow-records.ts';
import type { Lanes } from './lanes.ts';
import type { ReadingMetrics } from './reading-metrics.ts';

export interface FollowLanesOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  /** The divergence topic. */
  readonly topic: string;
  /** What is read goes there. */
  readonly lanes: Lanes;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
  /** The log can't be read any further. */
  readonly onOver: (error: Error) => void;
}

export interface FollowedLanes {
  /** Ok when the log was read to where it ended at the start. */
  ready(): Health;
  close(): Promise<void>;
}

/** Reads the divergence topic from its start, and then what is written, for as long as it is not closed. */
export function followLanes(options: FollowLanesOptions): FollowedLanes {
  const { lanes, logger, onOver } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let isCaughtUp = false;
  const done = followRecords({
    ...options,
    name: 'divergence',
    signal,
    onRecord: (divergence) => lanes.add(divergence),
    onCaughtUp: () => {
      isCaughtUp = true;
      logger.info({ lanes: lanes.all().length }, 'caught up with the log');
    },
  }).catch((error: unknown) => {
    if (!signal.aborted) onOver(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    ready: () => ({ ok: isCaughtUp, detail: { log: isCaughtUp ? 'read' : 'being read' } }),
    close: async () => {
      closing.abort();
      await done;
    },
  };
}
