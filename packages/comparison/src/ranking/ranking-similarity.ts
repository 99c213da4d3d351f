import { kendallTau } from './kendall-tau.ts';
import { rankBiasedOverlap } from './rank-biased-overlap.ts';

/** How alike two rankings are: every metric is the same both ways round. */
export const rankingMetrics = ['overlap', 'rbo', 'kendall'] as const;

export type RankingMetric = (typeof rankingMetrics)[number];

export interface RankingMetricOptions {
  readonly metric: RankingMetric;
  /** Of `rbo`. */
  readonly persistence: number;
}

/**
 * A score in [0, 1] of two lists, the best first and each item once.
 *
 * `overlap` is the share of items in common, of the longer list; `rbo` rank-biased overlap, extrapolated; `kendall` is
 * (tau + 1) / 2 over the items that both lists have, and 0 where those are fewer than two. Equal lists have 1.
 */
export function rankingSimilarity<Item>(
  a: readonly Item[],
  b: readonly Item[],
  { metric, persistence }: RankingMetricOptions,
): number {
  if (a.length === b.length && a.every((item, index) => item === b[index])) return 1;
  switch (metric) {
    case 'overlap': {
      const inB = new Set(b);
      return a.filter((item) => inB.has(item)).length / Math.max(a.length, b.length);
    }
    case 'rbo':
      return rankBiasedOverlap(a, b, persistence);
    case 'kendall': {
      const ranks = new Map(b.map((item, index) => [item, index]));
      const tau = kendallTau(a.flatMap((item) => ranks.get(item) ?? []));
      return tau === null ? 0 : (tau + 1) / 2;
    }
  }
}
