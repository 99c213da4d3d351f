import { stat } from 'node:fs/promises';
import { poll } from '@understudy/service';
import type { Logger } from '@understudy/telemetry';
import { deleteOld } from './delete-old.ts';
import type { StoreMetrics } from './store-metrics.ts';
import type { StoreWriter } from './store-writer.ts';

export interface KeepSmallOptions {
  readonly writer: StoreWriter;
  /** Of the store; null: none. */
  readonly file: string | null;
  /** How long the topics keep records. */
  readonly retention: { readonly comparisonsMs: number; readonly labelsMs: number };
  readonly metrics: StoreMetrics;
  readonly logger: Logger;
  /** Default the clock of this machine. */
  readonly now?: () => number;
}

const everyMs = 5 * 60_000;

/** Every 5 minutes: deletes what the log no longer keeps, and measures the store's files. */
export function keepSmall(options: KeepSmallOptions): { close(): Promise<void> } {
  const { writer, file, retention, metrics, logger, now = Date.now } = options;
  return poll({
    everyMs,
    look: async () => {
      const cutoffs = { pairs: now() - retention.comparisonsMs, labels: now() - retention.labelsMs };
      await writer.run(async (connection) => metrics.deleted.inc(await deleteOld(connection, cutoffs)));
      metrics.size.set(await sizeOf(file));
    },
    onFailure: (err) => logger.warn({ err }, 'could not delete old rows from the store; it is tried again'),
  });
}

async function sizeOf(file: string | null): Promise<number> {
  if (file === null) return 0;
  const sizes = await Promise.all(
    [file, `${file}.wal`].map(async (path) => (await stat(path).catch(() => ({ size: 0 }))).size),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
