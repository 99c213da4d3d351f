import { laneName, topicNames } from '@understudy/domain';
import {
  copartitionedTasks,
  invokerGroupId,
  type OpenLane,
  type ReadyLane,
  retryTopics,
  type Streams,
  TaskGroup,
} from '@understudy/streams';
import type { ServiceContext } from '@understudy/service';
import { ShadowCaller } from './call-shadow.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import { openInvokerTask } from './open-invoker-task.ts';
import { Pace } from './pace.ts';
import { ProgressWatch } from './progress-watch.ts';
import { shadowInRun } from './run-limits.ts';

export interface OpenLaneOptions extends Pick<ServiceContext, 'config' | 'logger'> {
  readonly streams: Streams;
  readonly metricsOf: (lane: string) => LaneMetrics;
}

/** A lane whose shadow is called by tasks of this process. */
export interface InvokerLane extends OpenLane {
  readonly group: TaskGroup;
  /** Only of live lanes: a replay may be paused, and wait for its pace. */
  readonly watch: ProgressWatch | null;
}

/** Begins to call the shadow of one lane; null for one that judges what another lane has called. */
export async function openLane(
  ready: ReadyLane,
  onOver: (error: Error) => void,
  { config, streams, metricsOf, logger }: OpenLaneOptions,
): Promise<InvokerLane | null> {
  const { run } = ready;
  if (run.kind === 'rejudge') return null;
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const names = topicNames(prefix);
  const name = laneName(ready.lane);
  const shadow = shadowInRun(ready.shadow, run);
  const lane: ReadyLane = { ...ready, shadow };
  const laneLogger = logger.child({ lane: name });
  const metrics = metricsOf(name);
  const { captureBytes } = config.gateway;
  const pace = new Pace({ speed: run.speed, isPaused: run.state === 'paused' });
  const caller = new ShadowCaller({ shadow, captureBytes, metrics, pace, logger: laneLogger });
  const topics: InvokerTopics = {
    requests: names.shared('requests'),
    retries: retryTopics(names, lane.lane, shadow.retry),
    shadowResponses: names.shadowResponses(lane.lane),
    deadLetters: names.shared('shadow-dead-letters'),
  };
  const group = await TaskGroup.start({
    ...streams,
    groupId: invokerGroupId(prefix, lane),
    partitions,
    sessionTimeoutMs,
    plan: copartitionedTasks([topics.requests, ...topics.retries.map(({ topic }) => topic)], partitions),
    openTask: openInvokerTask({ lane, caller, pace, streams, topics, metrics }),
    logger: laneLogger,
    onOver,
  });
  const { requests } = topics;
  const { stalledAfterMs } = config.alerts;
  const watching = { ...streams, prefix, lane, requests, group, stalledAfterMs, logger: laneLogger };
  const watch = run.kind === 'live' ? new ProgressWatch(watching) : null;
  return {
    group,
    watch,
    changed: ({ state }) => (state === 'paused' ? pace.pause() : pace.resume()),
    close: async () => {
      await watch?.close();
      await group.close();
      await caller.close();
    },
  };
}
