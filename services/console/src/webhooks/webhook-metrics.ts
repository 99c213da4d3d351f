import type { Counter, Gauge, Metrics } from '@understudy/telemetry';

/** What the sending to webhooks tells of itself, by the webhook's name. */
export interface WebhookMetrics {
  /** Outcome: delivered, refused, given-up, unreadable, or deleted (by retention, before they were sent). */
  readonly alerts: Counter<'webhook' | 'outcome'>;
  readonly failures: Counter<'webhook'>;
  readonly waiting: Gauge<'webhook'>;
}

/** To be called once per process. */
export function createWebhookMetrics(metrics: Metrics): WebhookMetrics {
  return {
    alerts: metrics.counter({
      name: 'understudy_console_webhook_alerts_total',
      help: 'Alerts that are done with, by outcome: delivered, refused, given-up, unreadable or deleted.',
      labels: ['webhook', 'outcome'],
    }),
    failures: metrics.counter({
      name: 'understudy_console_webhook_failures_total',
      help: 'Calls of the receiver that failed; all but those of alerts given up are repeated.',
      labels: ['webhook'],
    }),
    waiting: metrics.gauge({
      name: 'understudy_console_webhook_waiting_records',
      help: 'Alerts read and not yet delivered.',
      labels: ['webhook'],
    }),
  };
}
