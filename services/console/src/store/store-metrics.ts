import type { Counter, Gauge, Metrics } from '@understudy/telemetry';

/** How much the store holds, and how far it is behind. */
export interface StoreMetrics {
  readonly stored: Counter;
  readonly deleted: Counter;
  readonly waiting: Gauge;
  readonly size: Gauge;
}

export function createStoreMetrics(metrics: Metrics): StoreMetrics {
  return {
    stored: metrics.counter({
      name: 'understudy_console_stored_records_total',
      help: 'Records of the log whose rows and offset were committed to the store.',
    }),
    deleted: metrics.counter({
      name: 'understudy_console_store_rows_deleted_total',
      help: 'Rows that were deleted because the log no longer keeps their records.',
    }),
    waiting: metrics.gauge({
      name: 'understudy_console_store_waiting_records',
      help: 'Records that were read and are not committed to the store.',
    }),
    size: metrics.gauge({
      name: 'understudy_console_store_bytes',
      help: 'Size of the store’s files; 0 in memory.',
    }),
  };
}
