import type { Counter, Histogram, Metrics } from '@understudy/telemetry';
import { type LossReason, lossReasons } from './losses.ts';

/** What the gateway counts. */
export interface GatewayMetrics {
  readonly requests: Counter<'experiment' | 'status_class'>;
  readonly productionLatency: Histogram<'experiment' | 'outcome'>;
  readonly published: Counter;
  readonly lost: Counter<'reason'>;
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
  const lost = metrics.counter<'reason'>({
    name: 'understudy_gateway_exchanges_lost_total',
    help: 'Exchanges that are not in the log, or not with both records, by reason. Their callers were answered.',
    labels: ['reason'],
  });
  for (const reason of lossReasons) lost.inc({ reason } satisfies Record<'reason', LossReason>, 0);
  return {
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
    published: metrics.counter({
      name: 'understudy_gateway_exchanges_published_total',
      help: 'Exchanges of which both records were acknowledged by Kafka.',
    }),
    lost,
    refresh({ records, bytes }) {
      queueRecords.set(records);
      queueBytes.set(bytes);
    },
  };
}
