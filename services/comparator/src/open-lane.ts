import { topicNames } from '@understudy/domain';
import {
  type OpenLane,
  type ReadyLane,
  runsOf,
  settleReset,
  type Streams,
  TaskGroup,
} from '@understudy/streams';
import type { ServiceContext } from '@understudy/service';
import type { LaneMetrics } from './alerts/stalled/lane-metrics.ts';
import { ReplayWatch } from './alerts/stalled/replay-watch.ts';
import { StallWatch } from './alerts/stalled/stall-watch.ts';
import { comparatorLane } from './comparator-lane.ts';
import { EndRun } from './end-run.ts';
import { findingsSettings } from './findings-settings.ts';
import { LaneTime } from './lane-time.ts';
import { comparatorPlan, openComparatorTask } from './open-tasks.ts';
import { type LookupMetrics, measuredLookup } from './recoveries/measured-lookup.ts';
import { judgeAgain } from './resets/judge-again.ts';
import { wasJudged } from './resets/judged-before.ts';

export interface OpenLaneOptions extends Pick<ServiceContext, 'config' | 'logger'> {
  readonly streams: Streams;
  readonly metrics: LaneMetrics;
  readonly lookups: LookupMetrics;
}

/** A lane that tasks of this process join, merge and judge. */
export interface JudgedLane extends OpenLane {
  readonly group: TaskGroup;
  /** Only of live lanes: a replay may be paused, and wait for its pace. */
  readonly watch: StallWatch | null;
}

/** Begins to join, merge and judge one lane. */
export async function openLane(
  ready: ReadyLane,
  onOver: (error: Error) => void,
  { config, streams, metrics, lookups, logger }: OpenLaneOptions,
): Promise<JudgedLane> {
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const { run } = ready;
  const names = topicNames(prefix);
  const lane = comparatorLane({ ready, names, prefix, partitions, codecs: streams.registry });
  const time = new LaneTime(run.start);
  const laneLogger = logger.child({ lane: lane.name });
  const plan = comparatorPlan(lane);
  const { requests, productionResponses, shadowResponses, windowParts } = lane.topics;
  await settleReset({
    ...streams,
    groupId: lane.groupId,
    plan,
    committedTopics: new Set([requests, productionResponses, shadowResponses, windowParts]),
    writes: [],
    hasWorked: () => wasJudged({ ...streams, lane }),
    goOn: async (reset) => ({ records: [], positions: await judgeAgain({ ...streams, lane }, reset) }),
    logger: laneLogger,
  });
  const ending = new EndRun({ runs: runsOf({ config, ...streams }), lane: ready, logger: laneLogger });
  const group = await TaskGroup.start({
    ...streams,
    groupId: lane.groupId,
    partitions,
    sessionTimeoutMs,
    plan,
    openTask: openComparatorTask({
      lane,
      admin: streams.admin,
      lookup: measuredLookup(streams.lookup, lookups, lane.name),
      logger: laneLogger,
      time,
      onPublished: () => ending.published(),
      settingsAt: findingsSettings(lane, config.alerts),
      onHeld: (bytes) => metrics.heldBytes.inc({ lane: lane.name }, bytes),
    }),
    logger: laneLogger,
    onOver,
  });
  const watching = { ...streams, lane, time, states: () => group.states(), metrics, logger };
  const { stalledAfterMs, link: consoleUrl } = config.alerts;
  const watch = run.kind === 'live' ? new StallWatch({ ...watching, stalledAfterMs, consoleUrl }) : null;
  const replayWatch = run.kind === 'live' ? null : new ReplayWatch(watching);
  return {
    group,
    watch,
    close: async () => {
      ending.close();
      await watch?.close();
      await replayWatch?.close();
      await group.close();
    },
  };
}
