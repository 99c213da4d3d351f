import { createRecordingMetrics, type RecordingMetrics } from '@understudy/client/recording';
import type { Counter, Histogram, Metrics } from '@understudy/telemetry';

/** What the gateway counts. */
export interface GatewayMetrics extends RecordingMetrics {
  readonly requests: Counter<'experiment' | 'status_class'>;
  readonly productionLatency: Histogram<'experiment' | 'outcome'>;
  /** Sets what is read when somebody asks. */
  refresh(queue: { readonly records: number; readonly bytes: number }): void;
}

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const queueRecords = metrics.gauge({
    name: 'understudy_gateway_queue_records',
    help: 'Records of exchanges that are under way or wait for Kafka.',
  });
  const queueBytes = metrics.gauge({
    name: 'understudy_gateway_queue_bytes',
    help: 'Memory set aside for exchanges that are under way or wait for Kafka.',
  });
  return {
    ...createRecordingMetrics(metrics, 'gateway'),
    requests: metrics.counter({
      name: 'understudy_gateway_requests_total',
      help: 'Requests answered, by experiment and status class (2xx, …).',
      labels: ['experiment', 'status_class'],
    }),
    productionLatency: metrics.histogram({
      name: 'understudy_gateway_production_latency_seconds',
      help: 'From sending a request to production to the last byte of its answer, or to its failure.',
      labels: ['experiment', 'outcome'],
    }),
    refresh({ records, bytes }) {
      queueRecords.set(records);
      queueBytes.set(bytes);
    },
  };
}
