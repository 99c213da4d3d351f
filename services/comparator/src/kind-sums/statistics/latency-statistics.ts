import type { LatencyShift, Statistic } from '@understudy/schemas-avro';
import { quantileRankBounds, QuantileSketch, signTest } from '@understudy/statistics';
import { statistic } from './statistic.ts';

/** Whether the shadow takes longer than production on the same requests, and by how much. */
export function latencyStatistics(shift: LatencyShift, confidence: number): readonly Statistic[] {
  const differences = differencesOf(shift);
  const { slower, faster, count } = differences;
  const ranks = quantileRankBounds({ count, quantile: 0.5, confidence, looks: 'always' });
  // The mean of both values in the middle: of the lesser one alone, the negative of a shift would be another one.
  const middle = [Math.floor((count - 1) / 2), Math.floor(count / 2)].map(differences.valueAt);
  return [
    statistic('latencySignTest', {
      estimate: (slower - faster) / count,
      ...signTest({ positive: slower, negative: faster }),
    }),
    statistic('latencyMedianShift', {
      estimate: ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2,
      lower: ranks.lower === null ? null : differences.valueAt(ranks.lower),
      upper: ranks.upper === null ? null : differences.valueAt(ranks.upper),
      reason: ranks.reason,
    }),
  ];
}

interface Differences {
  readonly slower: number;
  readonly faster: number;
  readonly count: number;
  /** In ms, within 1%; the least, the one by which the shadow is the fastest, being at rank 0. */
  readonly valueAt: (rank: number) => number;
}

function differencesOf(shift: LatencyShift): Differences {
  const [slower, faster] = [QuantileSketch.fromBins(shift.slower), QuantileSketch.fromBins(shift.faster)];
  const notSlower = faster.count + shift.equal;
  return {
    slower: slower.count,
    faster: faster.count,
    count: notSlower + slower.count,
    valueAt: (rank) => {
      if (rank < faster.count) return -faster.valueAt(faster.count - 1 - rank);
      return rank < notSlower ? 0 : slower.valueAt(rank - notSlower);
    },
  };
}
