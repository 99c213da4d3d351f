import { judgingHash } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { openStreams, setUpLanes, TaskGroup, readiness } from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import packageJson from '../package.json' with { type: 'json' };
import { laneWatch } from './alerts/watch-lane.ts';
import { comparatorLane } from './comparator-lane.ts';
import { comparatorPlan, openComparatorTask } from './open-tasks.ts';

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
  for (const ready of await setUpLanes({ config, ...streams })) {
    const configHash = judgingHash(ready.experiment);
    const lane = comparatorLane({ ready, names, prefix, partitions, codecs: streams.registry, configHash });
    const group = await TaskGroup.start({
      ...streams,
      groupId: lane.groupId,
      partitions,
      sessionTimeoutMs,
      plan: comparatorPlan(lane),
      openTask: openComparatorTask({
        lane,
        admin: streams.admin,
        settings: {
          lane: lane.name,
          experiment: ready.experiment,
          watch: laneWatch(lane.name, ready.experiment, config.alerts),
          configHash,
          comparatorVersion: packageJson.version,
          runStart: ready.run.start,
        },
      }),
      logger: logger.child({ lane: lane.name }),
      onOver,
    });
    groups.push(group);
  }
  return {
    address: null,
    ready: () => readiness(groups),
    close: async () => {
      await Promise.all(groups.map((group) => group.close()));
      await streams.close();
    },
  };
}
