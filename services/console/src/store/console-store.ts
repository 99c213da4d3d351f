import type { DuckDBConnection } from '@duckdb/node-api';
import type { Config } from '@understudy/config';
import type { KafkaAdmin } from '@understudy/streams';
import type { Logger, Metrics } from '@understudy/telemetry';
import { keepSmall } from './keep-small.ts';
import { openStore } from './open-store.ts';
import { createStoreMetrics } from './store-metrics.ts';
import { StoreWriter } from './store-writer.ts';

export interface ConsoleStoreOptions {
  readonly config: Pick<Config, 'kafka' | 'console'>;
  readonly admin: Pick<KafkaAdmin, 'clusterId'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly onOver: (error: Error) => void;
}

/** The store of one log: its writer, and connections for those who ask. */
export interface ConsoleStore {
  readonly writer: StoreWriter;
  /** Questions on one connection wait for each other; whoever takes one closes it. */
  connect(): Promise<DuckDBConnection>;
  close(): Promise<void>;
}

/**
 * Opens the store that the config names, emptied if it is of another cluster or prefix, and deletes what is too old now and
 * then.
 *
 * @throws Error that says what to do where its file can't be had
 */
export async function openConsoleStore(options: ConsoleStoreOptions): Promise<ConsoleStore> {
  const { config, admin, logger, onOver } = options;
  const { kafka, console: settings } = config;
  const metrics = createStoreMetrics(options.metrics);
  const store = await openStore({ ...settings.store, logger });
  try {
    const writer = await StoreWriter.open(store, { metrics, onOver });
    const log = JSON.stringify([await admin.clusterId(), kafka.prefix]);
    if (!(await writer.claim(log)))
      logger.warn({ path: store.file }, 'the store was of another Kafka: it is built again from this log');
    const retention = {
      comparisonsMs: kafka.retentionOfMs.comparisons ?? kafka.retentionMs,
      labelsMs: kafka.retentionOfMs.labels ?? kafka.retentionMs,
    };
    const keeping = keepSmall({ writer, file: store.file, retention, metrics, logger });
    return {
      writer,
      connect: () => store.connect(),
      close: async () => {
        await keeping.close();
        await writer.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}
