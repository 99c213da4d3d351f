import type {
  Criterion,
  Divergence,
  Interval,
  LatencyBins,
  LatencyQuantiles,
  Ledger,
  Segment,
  VerdictValue,
} from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import type { LabelledAccuracy } from './labels/lane-labels.ts';

/** What a lane has found since its run, or its config, began. */
export interface LaneView {
  /** `(experiment).(shadow).(run)`. */
  readonly lane: string;
  /** End of the newest window, ms since the epoch. */
  readonly windowEnd: number;
  /** Windows of the lane that were read; those in which nothing was sampled are not written. */
  readonly windows: number;
  readonly ledger: Ledger;
  /** Whether sampled = compared + all that was not compared. */
  readonly balanced: boolean;
  /** Confidence sequence, valid at every look; shares in [0, 1]. */
  readonly agreement: Interval;
  readonly margin: number;
  readonly verdict: VerdictValue;
  readonly criteria: readonly Criterion[];
  /** ms. */
  readonly latency: { readonly production: LatencyQuantiles; readonly shadow: LatencyQuantiles };
  /** Those in which something was sampled: flagged ones first, then what agrees least. */
  readonly segments: readonly SegmentView[];
  /** Of both sides, by labels that came later; null before the first one. */
  readonly labels: LabelledAccuracy | null;
}

export interface SegmentView {
  readonly segment: Segment;
  readonly agreement: Interval;
  readonly compared: number;
  readonly sampled: number;
  readonly margin: number;
  /** The upper bound of its agreement is below its margin. */
  readonly flagged: boolean;
}

interface Newest {
  lane: Divergence & { readonly verdict: NonNullable<Divergence['verdict']> };
  windows: number;
  /** By field and value. */
  readonly segments: Map<string, Divergence>;
}

/**
 * The newest divergence record of every lane and segment: as many as configs name, however long the log is.
 *
 *     const lanes = new Lanes();
 *     for await (const record of records) lanes.add(record);
 *     lanes.get('mortgage.boosted.live')?.verdict; // 'fail'
 */
export class Lanes {
  readonly #newest = new Map<string, Newest>();
  readonly #labelsOf: (lane: string) => LabelledAccuracy | null;

  constructor(labelsOf: (lane: string) => LabelledAccuracy | null = () => null) {
    this.#labelsOf = labelsOf;
  }

  /** Records come in the order of the log: of a window, the whole lane's first, then its segments'. */
  add(record: Divergence): void {
    const { lane, segment, verdict } = record;
    const known = this.#newest.get(lane);
    if (segment !== null) known?.segments.set(JSON.stringify([segment.field, segment.value]), record);
    else if (verdict !== null) {
      this.#newest.set(lane, {
        lane: { ...record, verdict },
        windows: (known?.windows ?? 0) + 1,
        segments: known?.segments ?? new Map(),
      });
    }
  }

  /** By name. */
  all(): readonly LaneView[] {
    return [...this.#newest.keys()].toSorted().flatMap((name) => this.get(name) ?? []);
  }

  get(lane: string): LaneView | null {
    const newest = this.#newest.get(lane);
    return newest === undefined ? null : { ...laneView(newest), labels: this.#labelsOf(lane) };
  }
}

function laneView({ lane: newest, windows, segments }: Newest): Omit<LaneView, 'labels'> {
  const { lane, windowEnd, running, verdict } = newest;
  const { ledger, productionLatency, shadowLatency } = running.sums;
  return {
    lane,
    windowEnd,
    windows,
    ledger,
    balanced: verdict.balanced,
    agreement: running.agreement,
    margin: running.margin,
    verdict: verdict.verdict,
    criteria: verdict.criteria,
    latency: { production: quantiles(productionLatency), shadow: quantiles(shadowLatency) },
    segments: [...segments.values()]
      .filter((record) => record.running.configHash === running.configHash) // a former config had others
      .flatMap((record) => segmentView(record) ?? [])
      .toSorted(byConcern),
  };
}

function segmentView({ segment, running }: Divergence): SegmentView | null {
  const { sums, agreement, margin, flagged } = running;
  const { sampled, compared } = sums.ledger;
  if (segment === null || sampled === 0) return null;
  return { segment, agreement, compared, sampled, margin, flagged };
}

/** What is surely too low first; then by how high the agreement can be at most, then by the estimate. */
function byConcern(a: SegmentView, b: SegmentView): number {
  return (
    Number(b.flagged) - Number(a.flagged) ||
    (a.agreement.upper ?? 1) - (b.agreement.upper ?? 1) ||
    (a.agreement.estimate ?? 1) - (b.agreement.estimate ?? 1)
  );
}

function quantiles(bins: LatencyBins): LatencyQuantiles {
  const sketch = QuantileSketch.fromBins(bins);
  return { p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), p99: sketch.quantile(0.99) };
}
