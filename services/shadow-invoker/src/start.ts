import { laneName, topicNames } from '@understudy/domain';
import {
  copartitionedTasks,
  invokerGroupId,
  openStreams,
  readiness,
  retryTopics,
  setUpLanes,
  TaskGroup,
} from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import type { Health } from '@understudy/telemetry';
import { ShadowCaller } from './call-shadow.ts';
import { createInvokerMetrics } from './invoker-metrics.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import { openInvokerTask } from './open-invoker-task.ts';
import { ProgressWatch } from './progress-watch.ts';

/** Starts this process's share of calling the shadows: a group of tasks for every lane. */
export async function startInvoker({
  config,
  logger,
  metrics,
  onOver,
}: ServiceContext): Promise<RunningService> {
  const streams = await openStreams({ config, service: 'shadow-invoker', logger, metrics });
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const names = topicNames(prefix);
  const metricsOf = createInvokerMetrics(metrics);
  const running: { group: TaskGroup; caller: ShadowCaller; watch: ProgressWatch }[] = [];
  for (const lane of await setUpLanes({ config, ...streams })) {
    const name = laneName(lane.lane);
    const groupId = invokerGroupId(prefix, lane);
    const laneLogger = logger.child({ lane: name });
    const { shadow } = lane;
    const ofLane = metricsOf(name);
    const { captureBytes } = config.gateway;
    const caller = new ShadowCaller({ shadow, captureBytes, metrics: ofLane, logger: laneLogger });
    const topics: InvokerTopics = {
      requests: names.shared('requests'),
      retries: retryTopics(names, lane.lane, shadow.retry),
      shadowResponses: names.shadowResponses(lane.lane),
      deadLetters: names.shared('shadow-dead-letters'),
    };
    const group = await TaskGroup.start({
      ...streams,
      groupId,
      partitions,
      sessionTimeoutMs,
      plan: copartitionedTasks([topics.requests, ...topics.retries.map(({ topic }) => topic)], partitions),
      openTask: openInvokerTask({ lane, caller, streams, topics, metrics: ofLane }),
      logger: laneLogger,
      onOver,
    });
    const { requests } = topics;
    const { stalledAfterMs } = config.alerts;
    const watch = new ProgressWatch({
      ...streams,
      prefix,
      lane,
      requests,
      group,
      stalledAfterMs,
      logger: laneLogger,
    });
    running.push({ group, caller, watch });
  }
  return {
    address: null,
    ready: () => progress(running),
    close: async () => {
      await Promise.all(running.map(({ watch }) => watch.close()));
      await Promise.all(running.map(({ group }) => group.close()));
      await Promise.all(running.map(({ caller }) => caller.close()));
      await streams.close();
    },
  };
}

/** Ready: the tasks that are here run, and take what waits for them. */
function progress(running: readonly { readonly group: TaskGroup; readonly watch: ProgressWatch }[]): Health {
  const { ok, detail } = readiness(running.map(({ group }) => group));
  const stalled = running.flatMap(({ watch: { health } }) => (health.ok ? [] : [health.detail]));
  return { ok: ok && stalled.length === 0, detail: { ...detail, stalled } };
}
