import { leastDouble } from '../distributions/least-double.ts';
import { normalQuantile } from '../distributions/normal-quantile.ts';
import { sortedNumbers } from '../numbers/checked-numbers.ts';
import { checkedConfidence } from '../proportions/proportion.ts';
import type { DifferencesArgs } from './wilcoxon-signed-rank.ts';

export interface HodgesLehmannArgs extends DifferencesArgs {
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
}

export interface HodgesLehmann {
  /** By how much one side is shifted against the other, in the unit of the differences; null without pairs. */
  readonly estimate: number | null;
  /** Null where there are too few pairs for the confidence: fewer than 6 at 95%. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * The shift between two sides of pairs: the median of all Walsh averages, which are the means of every two
 * differences and of each with itself. Hodges and Lehmann, "Estimates of location based on rank tests", Annals of
 * Mathematical Statistics 34 (1963). The interval is between the averages that the signed-rank test at that
 * confidence doesn't reject, by its normal approximation (Hollander and Wolfe, "Nonparametric Statistical Methods",
 * 3.3), for one look that was fixed beforehand.
 *
 * The averages are never listed. How many are at most some number is counted in n steps over the sorted
 * differences, and the k-th least is found by bisection over all doubles: exact, n log n steps, n numbers of
 * memory.
 *
 * @throws RangeError for differences that aren't finite, or a confidence outside (0, 1)
 */
export function hodgesLehmann({ differences, confidence = 0.95 }: HodgesLehmannArgs): HodgesLehmann {
  checkedConfidence(confidence);
  // Halves, so that sums of two can't overflow.
  const halves = sortedNumbers(differences).map((difference) => difference / 2);
  const n = halves.length;
  if (n === 0) return { estimate: null, lower: null, upper: null, reason: 'no pair was compared' };
  const averages = (n * (n + 1)) / 2;
  const [low, high] = [Math.ceil(averages / 2), Math.floor(averages / 2) + 1];
  const lowMiddle = walshAverage(halves, low);
  const highMiddle = low === high ? lowMiddle : walshAverage(halves, high);
  const estimate = lowMiddle / 2 + highMiddle / 2;
  const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  const rank = Math.floor(averages / 2 - normalQuantile((1 + confidence) / 2) * spread);
  if (rank < 1) {
    const reason = `no interval: ${n} pairs are too few for a confidence of ${confidence}`;
    return { estimate, lower: null, upper: null, reason };
  }
  return {
    estimate,
    lower: walshAverage(halves, rank),
    upper: walshAverage(halves, averages + 1 - rank),
    reason: null,
  };
}

/** The k-th least Walsh average, k from 1. */
function walshAverage(halves: Float64Array, k: number): number {
  const ends = { lower: 2 * (halves[0] ?? 0), upper: 2 * (halves.at(-1) ?? 0) };
  return leastDouble((limit) => countUpTo(halves, limit) >= k, ends);
}

/** How many Walsh averages are at most the limit: as one half grows, ever fewer others may be added to it. */
function countUpTo(halves: Float64Array, limit: number): number {
  let count = 0;
  let to = halves.length - 1;
  for (let from = 0; from <= to; from++) {
    const half = halves[from] ?? 0;
    while (to >= from && half + (halves[to] ?? 0) > limit) to--;
    count += Math.max(0, to - from + 1);
  }
  return count;
}
