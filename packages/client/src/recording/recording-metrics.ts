import type { Counter, Metrics } from '@understudy/telemetry';
import { type LossReason, lossReasons } from './losses.ts';

/** What is counted of exchanges, by whoever records them. */
export interface RecordingMetrics {
  readonly published: Pick<Counter, 'inc'>;
  readonly lost: Pick<Counter<'reason'>, 'inc'>;
}

/** Where nobody asked for metrics. */
export const uncounted: RecordingMetrics = { published: { inc: () => {} }, lost: { inc: () => {} } };

/** @param room who records, in the names of the metrics */
export function createRecordingMetrics(metrics: Metrics, room: 'gateway' | 'client'): RecordingMetrics {
  const lost = metrics.counter<'reason'>({
    name: `understudy_${room}_exchanges_lost_total`,
    help: 'Exchanges that are not in the log, or not with both records, by reason. Their callers were answered.',
    labels: ['reason'],
  });
  for (const reason of lossReasons) lost.inc({ reason } satisfies Record<'reason', LossReason>, 0);
  return {
    published: metrics.counter({
      name: `understudy_${room}_exchanges_published_total`,
      help: 'Exchanges of which both records were acknowledged by Kafka.',
    }),
    lost,
  };
}
