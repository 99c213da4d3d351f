import { setTimeout as delay } from 'node:timers/promises';
import type { Divergence } from '@understudy/schemas-avro';
import { followLog, type IncomingRecord, type KafkaConnection, StreamsError } from '@understudy/streams';
import type { RecordRegistry } from '@understudy/streams';
import type { Health, Logger, Metrics } from '@understudy/telemetry';
import type { Lanes } from './lanes.ts';

export interface FollowLanesOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  /** The divergence topic. */
  readonly topic: string;
  /** What is read goes there. */
  readonly lanes: Lanes;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The log can't be read any further. */
  readonly onOver: (error: Error) => void;
}

export interface FollowedLanes {
  /** Ok when the log was read to where it ended at the start. */
  ready(): Health;
  close(): Promise<void>;
}

const registryRetryMs = 1_000;

/** Reads the divergence topic from its start, and then what is written, for as long as it is not closed. */
export function followLanes(options: FollowLanesOptions): FollowedLanes {
  const { connection, topic, lanes, metrics, logger, onOver } = options;
  const read = metrics.counter({
    name: 'understudy_console_divergence_records_total',
    help: 'Divergence records read.',
  });
  const unreadable = metrics.counter({
    name: 'understudy_console_unreadable_records_total',
    help: 'Records of the divergence topic that are not divergence records, and were passed over.',
  });
  const closing = new AbortController();
  const { signal } = closing;
  let isCaughtUp = false;

  async function follow(): Promise<void> {
    const onCaughtUp = (): void => {
      isCaughtUp = true;
      logger.info({ lanes: lanes.all().length }, 'caught up with the log');
    };
    for await (const record of followLog(connection, { topic, signal, onCaughtUp })) {
      try {
        const divergence = await decode(record, options, signal);
        if (divergence !== null) lanes.add(divergence);
        read.inc();
      } catch (error) {
        if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
        unreadable.inc();
        const { partition, offset } = record;
        logger.warn({ err: error, topic, partition, offset }, 'passed over a record that can not be read');
      }
    }
  }

  const done = follow().catch((error: unknown) => {
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

/** Null for a record without value. A registry that is away says nothing about the record: it is waited for. */
async function decode(
  { value }: IncomingRecord,
  { registry, logger }: FollowLanesOptions,
  signal: AbortSignal,
): Promise<Divergence | null> {
  if (value === null) return null;
  for (;;) {
    try {
      return await registry.decode('divergence', value);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'registry-unavailable') throw error;
      logger.warn({ err: error }, 'the registry is away; the reading waits for it');
      await delay(registryRetryMs, undefined, { signal });
    }
  }
}
