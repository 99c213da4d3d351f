import { judgingHash } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { openStreams, setUpLanes, settleReset, TaskGroup, readiness } from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import type { Health } from '@understudy/telemetry';
import packageJson from '../package.json' with { type: 'json' };
import { laneWatch } from './alerts/watch-lane.ts';
import { createLaneMetrics } from './alerts/stalled/lane-metrics.ts';
import { StallWatch } from './alerts/stalled/stall-watch.ts';
import { comparatorLane } from './comparator-lane.ts';
import { LaneTime } from './lane-time.ts';
import { comparatorPlan, openComparatorTask } from './open-tasks.ts';
import { judgeAgain } from './resets/judge-again.ts';

/** Starts this process's share of joining, merging and judging: a group of tasks for every lane. */
export async function startComparator({
  config,
  logger,
  metrics,
  onOver,
}: ServiceContext): Promise<RunningService> {
  const streams = await openStreams({ config, service: 'comparator', logger, metrics });
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const names = topicNames(prefix);
  const groups: TaskGroup[] = [];
  const watches: StallWatch[] = [];
  const laneMetrics = createLaneMetrics(metrics);
  for (const ready of await setUpLanes({ config, ...streams })) {
    const configHash = judgingHash(ready.experiment);
    const lane = comparatorLane({ ready, names, prefix, partitions, codecs: streams.registry, configHash });
    const time = new LaneTime(ready.run.start);
    const plan = comparatorPlan(lane);
    const laneLogger = logger.child({ lane: lane.name });
    const { requests, productionResponses, shadowResponses, windowParts } = lane.topics;
    await settleReset({
      ...streams,
      groupId: lane.groupId,
      plan,
      committedTopics: new Set([requests, productionResponses, shadowResponses, windowParts]),
      goOn: (reset) => judgeAgain({ ...streams, lane }, reset),
      logger: laneLogger,
    });
    const group = await TaskGroup.start({
      ...streams,
      groupId: lane.groupId,
      partitions,
      sessionTimeoutMs,
      plan,
      openTask: openComparatorTask({
        lane,
        admin: streams.admin,
        lookup: streams.lookup,
        time,
        logger: laneLogger,
        settings: {
          lane: lane.name,
          experiment: ready.experiment,
          watch: laneWatch(lane.name, ready.experiment, config.alerts),
          configHash,
          comparatorVersion: packageJson.version,
          runStart: ready.run.start,
        },
      }),
      logger: laneLogger,
      onOver,
    });
    groups.push(group);
    watches.push(
      new StallWatch({
        ...streams,
        lane,
        time,
        states: () => group.states(),
        stalledAfterMs: config.alerts.stalledAfterMs,
        consoleUrl: config.alerts.link,
        metrics: laneMetrics,
        logger,
      }),
    );
  }
  return {
    address: null,
    ready: () => progress(groups, watches),
    close: async () => {
      await Promise.all(watches.map((watch) => watch.close()));
      await Promise.all(groups.map((group) => group.close()));
      await streams.close();
    },
  };
}

/** Ready: the tasks that are here run, and the lanes that are watched here move or have nothing to do. */
function progress(groups: readonly TaskGroup[], watches: readonly StallWatch[]): Health {
  const { ok, detail } = readiness(groups);
  const stalled = watches.flatMap(({ lane, stalled: reason }) => (reason === null ? [] : [{ lane, reason }]));
  return { ok: ok && stalled.length === 0, detail: { ...detail, stalled } };
}
