import { LaneDirectory, openStreams, readiness } from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import type { Health } from '@understudy/telemetry';
import { createLaneMetrics } from './alerts/stalled/lane-metrics.ts';
import { type JudgedLane, openLane } from './open-lane.ts';
import { createLookupMetrics } from './recoveries/measured-lookup.ts';

/** Starts this process's share of joining, merging and judging: a group of tasks for every lane, as runs come and end. */
export async function startComparator(context: ServiceContext): Promise<RunningService> {
  const { config, logger, onOver } = context;
  const streams = await openStreams({ config, service: 'comparator', logger, metrics: context.metrics });
  const metrics = createLaneMetrics(context.metrics);
  const lookups = createLookupMetrics(context.metrics);
  const directory = await LaneDirectory.open<JudgedLane>({
    ...streams,
    config,
    logger,
    onOver,
    open: (lane, onLaneOver) => openLane(lane, onLaneOver, { config, logger, streams, metrics, lookups }),
  });
  return {
    address: null,
    ready: () => progress(directory.lanes),
    close: async () => {
      await directory.close();
      await streams.close();
    },
  };
}

/** Ready: the tasks that are here run, and the lanes that are watched here move or have nothing to do. */
function progress(lanes: readonly JudgedLane[]): Health {
  const { ok, detail } = readiness(lanes.map(({ group }) => group));
  const stalled = lanes.flatMap(({ watch }) =>
    watch === null || watch.stalled === null ? [] : [{ lane: watch.lane, reason: watch.stalled }],
  );
  return { ok: ok && stalled.length === 0, detail: { ...detail, stalled } };
}
