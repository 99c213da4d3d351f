import type { Counter, Metrics } from '@understudy/telemetry';

/** What the console has read, by what the records are: `run`, `divergence`, `alert`, `comparison`, `label`. */
export interface ReadingMetrics {
  readonly read: Counter<'record'>;
  readonly unreadable: Counter<'record'>;
}

export function createReadingMetrics(metrics: Metrics): ReadingMetrics {
  return {
    read: metrics.counter({
      name: 'understudy_console_read_records_total',
      help: 'Records read from the log, by what they are.',
      labels: ['record'],
    }),
    unreadable: metrics.counter({
      name: 'understudy_console_unreadable_records_total',
      help: 'Records that are not what their topic holds, and were passed over.',
      labels: ['record'],
    }),
  };
}
