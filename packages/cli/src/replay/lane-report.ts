import { correctedLedger } from '@understudy/domain';
import type { Divergence, LatencyBins, LatencyQuantiles } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import type { LaneReport, SegmentReport } from '../api.ts';

/** What a lane's last window says of the whole run, as the console would; null without a window. */
export function laneReport(newest: readonly Divergence[]): LaneReport | null {
  const [whole, ...segments] = newest;
  if (whole === undefined || whole.verdict === null) return null;
  const { sums, agreement } = whole.running;
  return {
    lane: whole.lane,
    ledger: correctedLedger(sums.ledger, sums.corrections),
    corrected: sums.corrections.compared,
    recovered: sums.recovered,
    balanced: whole.verdict.balanced,
    agreement,
    verdict: whole.verdict.verdict,
    criteria: whole.verdict.criteria,
    recommendation: whole.verdict.recommendation,
    latency: { production: quantiles(sums.productionLatency), shadow: quantiles(sums.shadowLatency) },
    segments: segments.flatMap((record) => segmentReport(record) ?? []).toSorted(byConcern),
    labels: null,
  };
}

function segmentReport({ segment, running }: Divergence): SegmentReport | null {
  const { sums, agreement, margin, flagged } = running;
  const { sampled, compared } = correctedLedger(sums.ledger, sums.corrections);
  const agreed = sums.agreed + sums.corrections.agreed;
  if (segment === null || sampled === 0) return null;
  return { segment, agreement, compared, agreed, margin, flagged };
}

/** What is surely too low first, then by the estimate. */
function byConcern(a: SegmentReport, b: SegmentReport): number {
  return Number(b.flagged) - Number(a.flagged) || (a.agreement.estimate ?? 1) - (b.agreement.estimate ?? 1);
}

function quantiles(bins: LatencyBins): LatencyQuantiles {
  const sketch = QuantileSketch.fromBins(bins);
  return { p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), p99: sketch.quantile(0.99) };
}
