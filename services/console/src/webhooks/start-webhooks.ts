import type { WebhookConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { ServiceContext } from '@understudy/service';
import { copartitionedTasks, type OpenTask, type Streams, TaskGroup } from '@understudy/streams';
import { createWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';
import { WebhookTask } from './webhook-task.ts';

/**
 * Starts sending alerts to the webhooks of the config, each in a consumer group of its own: one that is slow or down
 * delays no other. A webhook that is new is sent what begins or ends from now on.
 */
export async function startWebhooks(
  { config, logger, metrics, onOver }: ServiceContext,
  streams: Streams,
): Promise<{ close(): Promise<void> }> {
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const topic = topicNames(prefix).shared('alerts');
  const webhookMetrics = createWebhookMetrics(metrics);
  const groups: TaskGroup[] = [];
  for (const webhook of config.alerts.webhooks) {
    const group = await TaskGroup.start({
      ...streams,
      groupId: `${prefix}webhook.${webhook.name}`,
      partitions,
      sessionTimeoutMs,
      plan: copartitionedTasks({ reads: [topic], writes: [] }, partitions),
      openTask: openWebhookTask({ webhook, topic, streams, metrics: webhookMetrics, logger }),
      logger,
      onOver,
    });
    groups.push(group);
  }
  return {
    close: async () => {
      await Promise.all(groups.map((group) => group.close()));
    },
  };
}

interface OpenWebhookOptions {
  readonly webhook: WebhookConfig;
  readonly topic: string;
  readonly streams: Streams;
  readonly metrics: WebhookMetrics;
  readonly logger: ServiceContext['logger'];
}

function openWebhookTask({ webhook, topic, streams, metrics, logger }: OpenWebhookOptions): OpenTask {
  return async ({ spec, committed, wake }) => {
    const partition = Number(spec.id);
    const bounds = (await streams.admin.bounds(topic))[partition];
    if (bounds === undefined) throw new Error(`no partition ${partition} of ${topic}`);
    const before = committed[0]?.offset ?? null;
    const start = before === null ? bounds.end : Math.max(before, bounds.start);
    if (before !== null && before < start) {
      const alerts = start - before;
      metrics.alerts.inc({ webhook: webhook.name, outcome: 'deleted' }, alerts);
      logger.error({ webhook: webhook.name, partition, alerts }, 'alerts were deleted before they were sent');
    }
    const isNew = before === null;
    const input = { topic, partition };
    const codecs = streams.registry;
    const task = new WebhookTask({ webhook, input, start, isNew, codecs, metrics, logger, wake });
    return { task, start: new Map([[topic, start]]) };
  };
}
