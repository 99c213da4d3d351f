import type { StandingStage } from '@understudy/streams';
import type { Gauge, Metrics } from '@understudy/telemetry';
import type { ComparatorLane } from '../../comparator-lane.ts';
import type { Lag } from './lane-progress.ts';

/** How far lanes have come, told by the process that merges them. */
export interface LaneMetrics {
  readonly lag: Gauge<'lane' | 'reader' | 'input'>;
  readonly age: Gauge<'lane'>;
  readonly heldParts: Gauge<'lane'>;
  readonly heldBytes: Gauge<'lane'>;
  /** This and the next of live lanes only: a replay may be paused, and waits for its pace. */
  readonly standing: Gauge<'lane'>;
  readonly stalled: Gauge<'lane'>;
}

/** To be called once per process. */
export function createLaneMetrics(metrics: Metrics): LaneMetrics {
  return {
    lag: metrics.gauge({
      name: 'understudy_comparator_lag_records',
      help: "Records that the invoker or the join has not committed yet; an open window is among them, what comes after a run's end is not.",
      labels: ['lane', 'reader', 'input'],
    }),
    age: metrics.gauge({
      name: 'understudy_comparator_lane_age_seconds',
      help: "How long ago the oldest window ended that could be closed and is not; 0: nothing waits. A replay's ended long ago.",
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
    heldBytes: metrics.gauge({
      name: 'understudy_comparator_held_bytes',
      help: 'What requests, and production responses for them, take in memory until they are joined.',
      labels: ['lane'],
    }),
  };
}

export interface Progress {
  readonly standing: readonly StandingStage[];
  readonly lags: readonly Lag[];
  readonly heldParts: number;
  readonly nowMs: number;
}

/** Of any lane. */
export function reportProgress(
  metrics: LaneMetrics,
  { name: lane, ready }: ComparatorLane,
  { standing, lags, heldParts, nowMs }: Progress,
): void {
  for (const { reader, input, records } of lags) metrics.lag.set({ lane, reader, input }, records);
  const ends = standing.map(({ window }) => window + ready.experiment.windowMs);
  metrics.age.set({ lane }, ends.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...ends)) / 1000);
  metrics.heldParts.set({ lane }, heldParts);
}

/** Of a live lane. */
export function reportLane(
  metrics: LaneMetrics,
  of: ComparatorLane,
  { isStalled, ...progress }: Progress & { readonly isStalled: boolean },
): void {
  reportProgress(metrics, of, progress);
  const { name: lane } = of;
  metrics.standing.set({ lane }, Math.max(0, ...progress.standing.map(({ forMs }) => forMs)) / 1000);
  metrics.stalled.set({ lane }, isStalled ? 1 : 0);
}

/** Another process tells about the lane now, or it is over. */
export function forgetLane(metrics: LaneMetrics, { name: lane }: ComparatorLane, lags: readonly Lag[]): void {
  for (const { reader, input } of lags) metrics.lag.remove({ lane, reader, input });
  for (const gauge of [metrics.age, metrics.standing, metrics.stalled, metrics.heldParts])
    gauge.remove({ lane });
}
