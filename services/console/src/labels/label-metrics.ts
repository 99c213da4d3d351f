import type { Counter, Gauge, Metrics } from '@understudy/telemetry';

/** What became of labels. How many were read, and how many of them are no labels, is in `ReadingMetrics`. */
export interface LabelMetrics {
  readonly joined: Gauge<'lane'>;
  readonly waiting: Gauge<'lane'>;
  readonly unusable: Counter<'experiment'>;
}

export function createLabelMetrics(metrics: Metrics): LabelMetrics {
  return {
    joined: metrics.gauge({
      name: 'understudy_console_labels_joined_records',
      help: 'Pairs that have a label, since the lane’s judging config.',
      labels: ['lane'],
    }),
    waiting: metrics.gauge({
      name: 'understudy_console_labels_waiting_records',
      help: 'Labels whose pair has not come.',
      labels: ['lane'],
    }),
    unusable: metrics.counter({
      name: 'understudy_console_labels_unusable_total',
      help: 'Labels whose value is nothing that the answers of their experiment could be.',
      labels: ['experiment'],
    }),
  };
}
