import type { Divergence, Segment, Statistic, VerdictValue } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';

export interface Found {
  readonly lane?: string;
  readonly segment?: Segment;
  /** Number of the window, from 0; each is 5 s wide. */
  readonly window?: number;
  readonly sampled?: number;
  readonly agreed?: number;
  readonly bounds?: readonly [lower: number, upper: number];
  readonly flagged?: boolean;
  readonly verdict?: VerdictValue;
  readonly configHash?: string;
}

export const kappa: Statistic = {
  name: 'cohensKappa',
  estimate: 0.6,
  lower: 0.5,
  upper: 0.7,
  pValue: null,
  reason: null,
};

/** A divergence record as the comparator writes it; 5 ms for each production answer and 20 ms for each shadow answer. */
export function divergence(found: Found): Divergence {
  const { segment = null, window = 0, sampled = 100, agreed = sampled, bounds = [0.9, 1] } = found;
  const estimate = sampled === 0 ? null : agreed / sampled;
  const [lower, upper] = sampled === 0 ? [null, null] : bounds;
  const ledger = { sampled, compared: sampled, notCompared: {} };
  const margin = segment === null ? 0.95 : 0.9;
  const corrections = { compared: 0, agreed: 0, differences: {}, notCompared: {}, earliest: null };
  const none = { p50: null, p95: null, p99: null };
  const configHash = found.configHash ?? 'config';
  const verdict = found.verdict ?? 'inconclusive';
  const reason = 'agreement is somewhere';
  return {
    lane: found.lane ?? 'mortgage.boosted.live',
    segment,
    windowStart: window * 5000,
    windowEnd: (window + 1) * 5000,
    emptyWindowsBefore: 0,
    coverage: null,
    configHash,
    window: {
      ledger,
      agreed,
      agreement: { estimate, lower, upper },
      differences: {},
      recovered: {},
      corrections,
      notComparable: {},
      productionLatency: none,
      shadowLatency: none,
    },
    running: {
      since: 0,
      until: (window + 1) * 5000,
      correctionsFrom: 0,
      configHash,
      sums: {
        segment,
        ledger,
        agreed,
        differences: {},
        recovered: {},
        corrections,
        productionLatency: latency(sampled, 5),
        shadowLatency: latency(sampled, 20),
        notComparable: {},
        outputs: null,
        latencyShift: null,
      },
      units: null,
      agreement: { estimate, lower, upper },
      margin,
      flagged: found.flagged ?? false,
      days: [],
      cells: 0,
    },
    verdict:
      segment === null
        ? {
            verdict,
            balanced: true,
            criteria: [
              { name: 'agreement', outcome: verdict, estimate, lower, upper, margin, needed: null, reason },
            ],
            band: null,
            needed: null,
            recommendation: { action: 'investigate', text: 'Look at the pairs.' },
          }
        : null,
    receipt: null,
    alerts: [],
    statistics: [kappa],
  };
}

function latency(count: number, ms: number): { bins: number[]; counts: number[] } {
  const sketch = new QuantileSketch();
  for (let i = 0; i < count; i += 1) sketch.add(ms);
  return sketch.toBins();
}
