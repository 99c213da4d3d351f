import { laneName, topicNames } from '@understudy/domain';
import {
  allPartitions,
  copartitionedTasks,
  findRun,
  invokerGroupId,
  type OpenLane,
  type ReadyLane,
  runsOf,
  settleReset,
  type Streams,
  TaskGroup,
} from '@understudy/streams';
import type { ServiceContext } from '@understudy/service';
import { ShadowCaller } from './call-shadow.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import { invokerTopicsOf } from './invoker-topics.ts';
import { openInvokerTask } from './open-invoker-task.ts';
import { Pace } from './pace.ts';
import { ProgressWatch } from './progress-watch.ts';
import { reShadow } from './resets/re-shadow.ts';
import { shadowInRun } from './run-limits.ts';

export interface OpenLaneOptions extends Pick<ServiceContext, 'config' | 'logger'> {
  readonly streams: Streams;
  readonly metricsOf: (lane: string) => LaneMetrics;
}

/** A lane whose shadow is called by tasks of this process. */
export interface InvokerLane extends OpenLane {
  readonly group: TaskGroup;
  /** Only of live lanes that go on: a replay may be paused, and wait for its pace. */
  readonly watch: ProgressWatch | null;
}

/** Begins to call the shadow of one lane; null for one that judges what another lane has called. */
export async function openLane(
  ready: ReadyLane,
  onOver: (error: Error) => void,
  { config, streams, metricsOf, logger }: OpenLaneOptions,
): Promise<InvokerLane | null> {
  if (ready.run.kind === 'rejudge') return null;
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const name = laneName(ready.lane);
  const laneLogger = logger.child({ lane: name });
  const metrics = metricsOf(name);
  const topics = invokerTopicsOf(topicNames(prefix), ready);
  const retries = topics.retries.map(({ topic }) => topic);
  const plan = copartitionedTasks(
    {
      reads: [topics.requests, ...retries],
      writes: [topics.shadowResponses, ...retries, topics.deadLetters],
    },
    partitions,
  );
  const groupId = invokerGroupId(prefix, ready);
  const runs = runsOf({ config, ...streams });
  await settleReset({
    ...streams,
    groupId,
    plan,
    committedTopics: new Set(plan.flatMap(({ inputs }) => inputs.map(({ topic }) => topic))),
    // The end of the lane, and a tick where it lies after everything.
    writes: allPartitions([topics.shadowResponses, topics.requests], partitions),
    goOn: (reset) => reShadow({ streams, runs, lane: ready, topics, metrics, logger: laneLogger }, reset),
    logger: laneLogger,
  });
  // A reset may have ended it, in this process or another.
  const run = (await findRun(runs, ready.lane)) ?? ready.run;
  const shadow = shadowInRun(ready.shadow, run);
  const lane: ReadyLane = { ...ready, run, shadow };
  const { captureBytes } = config.gateway;
  let group: TaskGroup | null = null;
  const pace = new Pace({
    speed: run.speed,
    isPaused: run.state === 'paused',
    // Each process has the share of its partitions: together they keep the run's rate.
    maxRate: () => ((run.rate ?? Infinity) * Math.max(1, group?.partitions().size ?? 1)) / partitions,
  });
  const caller = new ShadowCaller({ shadow, captureBytes, metrics, pace, logger: laneLogger });
  group = await TaskGroup.start({
    ...streams,
    groupId,
    partitions,
    sessionTimeoutMs,
    plan,
    openTask: openInvokerTask({ lane, caller, pace, streams, topics, metrics }),
    logger: laneLogger,
    onOver,
  });
  const { requests } = topics;
  const { stalledAfterMs } = config.alerts;
  const watching = { ...streams, prefix, lane, requests, group, stalledAfterMs, logger: laneLogger };
  const watch = run.kind === 'live' && run.end === null ? new ProgressWatch(watching) : null;
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
