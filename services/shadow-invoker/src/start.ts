import { LaneDirectory, openStreams, readiness } from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import type { Health } from '@understudy/telemetry';
import { createInvokerMetrics } from './invoker-metrics.ts';
import { type InvokerLane, openLane } from './open-lane.ts';

/** Starts this process's share of calling the shadows: a group of tasks for every lane, as runs come and end. */
export async function startInvoker(context: ServiceContext): Promise<RunningService> {
  const { config, logger, onOver } = context;
  const streams = await openStreams({ config, service: 'shadow-invoker', logger, metrics: context.metrics });
  const metricsOf = createInvokerMetrics(context.metrics);
  const directory = await LaneDirectory.open<InvokerLane>({
    ...streams,
    config,
    logger,
    onOver,
    open: (lane, onLaneOver) => openLane(lane, onLaneOver, { config, logger, streams, metricsOf }),
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

/** Ready: the tasks that are here run, and take what waits for them. */
function progress(lanes: readonly InvokerLane[]): Health {
  const { ok, detail } = readiness(lanes.map(({ group }) => group));
  const stalled = lanes.flatMap(({ watch }) =>
    watch === null || watch.health.ok ? [] : [watch.health.detail],
  );
  return { ok: ok && stalled.length === 0, detail: { ...detail, stalled } };
}
