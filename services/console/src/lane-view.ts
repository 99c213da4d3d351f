import { correctedLedger } from '@understudy/domain';
import type { Divergence, LatencyBins } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import type { LaneView, LatencyView, SegmentView } from './views.ts';

/** The newest that was read of one lane. */
export interface NewestOfLane {
  readonly lane: Divergence & { readonly verdict: NonNullable<Divergence['verdict']> };
  readonly windows: number;
  readonly revision: number | null;
  /** By field and value. */
  readonly segments: ReadonlyMap<string, Divergence>;
  readonly alerts: LaneView['alerts'];
  readonly resolvedAlerts: LaneView['resolvedAlerts'];
  readonly waiting: LaneView['waiting'];
  readonly labels: LaneView['labels'];
  readonly pairs: number;
}

export function laneView(newest: NewestOfLane): LaneView {
  const { lane, windowStart, windowEnd, coverage, running, verdict, statistics } = newest.lane;
  const { ledger, notComparable, recovered, corrections, productionLatency, shadowLatency } = running.sums;
  return {
    lane,
    since: running.since,
    windowStart,
    windowEnd,
    coverage,
    windows: newest.windows,
    revision: newest.revision,
    ledger: correctedLedger(ledger, corrections),
    notComparable,
    corrected: corrections.compared,
    balanced: verdict.balanced,
    recovered,
    agreement: running.agreement,
    margin: running.margin,
    verdict: verdict.verdict,
    criteria: verdict.criteria,
    band: verdict.band,
    needed: verdict.needed,
    recommendation: verdict.recommendation,
    latency: { production: quantiles(productionLatency), shadow: quantiles(shadowLatency) },
    statistics,
    segments: [...newest.segments.values()]
      .filter((record) => record.running.configHash === running.configHash) // a former config had others
      .flatMap((record) => segmentView(record) ?? [])
      .toSorted(byConcern),
    alerts: newest.alerts,
    resolvedAlerts: newest.resolvedAlerts,
    waiting: newest.waiting,
    labels: newest.labels,
    pairs: newest.pairs,
  };
}

function segmentView({ segment, running }: Divergence): SegmentView | null {
  const { sums, agreement, margin, flagged } = running;
  const { sampled, compared } = correctedLedger(sums.ledger, sums.corrections);
  const agreed = sums.agreed + sums.corrections.agreed;
  if (segment === null || sampled === 0) return null;
  return { segment, agreement, compared, agreed, sampled, margin, flagged };
}

/** What is surely too low first; then by how high the agreement can be at most, then by the estimate. */
function byConcern(a: SegmentView, b: SegmentView): number {
  return (
    Number(b.flagged) - Number(a.flagged) ||
    (a.agreement.upper ?? 1) - (b.agreement.upper ?? 1) ||
    (a.agreement.estimate ?? 1) - (b.agreement.estimate ?? 1)
  );
}

function quantiles(bins: LatencyBins): LatencyView {
  const sketch = QuantileSketch.fromBins(bins);
  return { p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), p99: sketch.quantile(0.99) };
}
