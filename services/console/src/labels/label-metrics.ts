import type { Counter, Gauge, Metrics } from '@understudy/telemetry';

/** What became of labels. How many were read, and how many of them are no labels, is in `ReadingMetrics`. */
export interface LabelMetrics {
  readonly joined: Counter<'lane'>;
  readonly waiting: Gauge<'lane'>;
  readonly evicted: Counter<'lane' | 'what'>;
  readonly unusable: Counter<'experiment'>;
}

export function createLabelMetrics(metrics: Metrics): LabelMetrics {
  return {
    joined: metrics.counter({
      name: 'understudy_console_labels_joined_total',
      help: 'Pairs that got their first label.',
      labels: ['lane'],
    }),
    waiting: metrics.gauge({
      name: 'understudy_console_labels_waiting_records',
      help: 'Labels whose pair has not come.',
      labels: ['lane'],
    }),
    evicted: metrics.counter({
      name: 'understudy_console_labels_evicted_total',
      help: 'Pairs and waiting labels that were forgotten because newer ones needed their room.',
      labels: ['lane', 'what'],
    }),
    unusable: metrics.counter({
      name: 'understudy_console_labels_unusable_total',
      help: 'Labels whose value is nothing that the answers of their experiment could be.',
      labels: ['experiment'],
    }),
  };
}
