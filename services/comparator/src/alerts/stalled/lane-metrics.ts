import type { StandingStage } from '@understudy/streams';
import type { Gauge, Metrics } from '@understudy/telemetry';
import type { ComparatorLane } from '../../comparator-lane.ts';
import type { Lag } from './lane-progress.ts';

/** How far lanes have come, told by the process that merges them. */
export interface LaneMetrics {
  readonly lag: Gauge<'lane' | 'reader' | 'input'>;
  readonly age: Gauge<'lane'>;
  readonly standing: Gauge<'lane'>;
  readonly stalled: Gauge<'lane'>;
  readonly heldParts: Gauge<'lane'>;
}

/** To be called once per process. */
export function createLaneMetrics(metrics: Metrics): LaneMetrics {
  return {
    lag: metrics.gauge({
      name: 'understudy_comparator_lag_records',
      help: 'Records that the invoker or the join has not committed yet; a window that is open is among them.',
      labels: ['lane', 'reader', 'input'],
    }),
    age: metrics.gauge({
      name: 'understudy_comparator_lane_age_seconds',
      help: 'How long ago the oldest window ended that could be closed and is not; 0: nothing waits.',
      labels: ['lane'],
    }),
    standing: metrics.gauge({
      name: 'understudy_comparator_standing_seconds',
      help: 'How long a task of the lane has not moved although something waits for it; 0: all move.',
      labels: ['lane'],
    }),
    stalled: metrics.gauge({
      name: 'understudy_comparator_stalled_state',
      help: '1: the lane is stalled, as the topic alerts says.',
      labels: ['lane'],
    }),
    heldParts: metrics.gauge({
      name: 'understudy_comparator_held_records',
      help: "Parts of windows, and segments in them, that wait for other partitions' parts.",
      labels: ['lane'],
    }),
  };
}

export interface ToReport {
  readonly standing: readonly StandingStage[];
  readonly lags: readonly Lag[];
  readonly isStalled: boolean;
  readonly heldParts: number;
  readonly nowMs: number;
}

export function reportLane(
  metrics: LaneMetrics,
  { name: lane, ready }: ComparatorLane,
  { standing, lags, isStalled, heldParts, nowMs }: ToReport,
): void {
  for (const { reader, input, records } of lags) metrics.lag.set({ lane, reader, input }, records);
  const ends = standing.map(({ window }) => window + ready.experiment.windowMs);
  metrics.age.set({ lane }, ends.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...ends)) / 1000);
  metrics.standing.set({ lane }, Math.max(0, ...standing.map(({ forMs }) => forMs)) / 1000);
  metrics.stalled.set({ lane }, isStalled ? 1 : 0);
  metrics.heldParts.set({ lane }, heldParts);
}

/** Another process tells about the lane now. */
export function forgetLane(metrics: LaneMetrics, { name: lane }: ComparatorLane, lags: readonly Lag[]): void {
  for (const { reader, input } of lags) metrics.lag.remove({ lane, reader, input });
  for (const gauge of [metrics.age, metrics.standing, metrics.stalled, metrics.heldParts])
    gauge.remove({ lane });
}
