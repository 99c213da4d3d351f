import { checkedConfidence } from './proportion.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** Pairs by which of two sides has a property; the same requests on both sides. */
export interface PairedProportionArgs {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
  readonly confidence: number;
}

export interface PairedProportionDifference {
  /** The first side's share less the second's, in [-1, 1]; null without pairs. */
  readonly difference: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * How much more often the first of two sides has a property, on the same pairs, with an interval for one look that
 * was fixed beforehand. Method 10 of Newcombe, "Improved confidence intervals for the difference between binomial
 * proportions based on paired data", Statistics in Medicine 17 (1998): Wilson's intervals of both sides, put
 * together with their correlation. Looked at again and again it misses the truth too often: see
 * `pairedDifferenceSequence`.
 *
 * @throws RangeError for counts that can't be, or a confidence outside (0, 1)
 */
export function pairedProportionDifference(args: PairedProportionArgs): PairedProportionDifference {
  const { both, firstOnly, secondOnly, neither, confidence } = args;
  checkedConfidence(confidence);
  for (const count of [both, firstOnly, secondOnly, neither])
    if (!(count >= 0 && count < Infinity))
      throw new RangeError(`a count of pairs is a finite number of at least 0, got ${count}`);
  const trials = both + firstOnly + secondOnly + neither;
  const first = wilsonInterval({ successes: both + firstOnly, trials, confidence });
  const second = wilsonInterval({ successes: both + secondOnly, trials, confidence });
  if (first.lower === null || first.upper === null || second.lower === null || second.upper === null)
    return { difference: null, lower: null, upper: null, reason: 'no pair was compared' };
  const firstShare = (both + firstOnly) / trials;
  const secondShare = (both + secondOnly) / trials;
  const correlation = phi(args, trials);
  const together = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * correlation * one * other + other * other));
  // The shares cancel in the difference where only the pairs that differ are counted.
  const difference = (firstOnly - secondOnly) / trials;
  return {
    difference,
    lower: difference - together(firstShare - first.lower, second.upper - secondShare),
    upper: difference + together(secondShare - second.lower, first.upper - firstShare),
    reason: null,
  };
}

/** The correlation of both sides, with Newcombe's correction for continuity where it is positive. */
function phi({ both, firstOnly, secondOnly, neither }: PairedProportionArgs, trials: number): number {
  const scale = Math.sqrt(
    (both + firstOnly) * (secondOnly + neither) * (both + secondOnly) * (firstOnly + neither),
  );
  if (scale === 0) return 0;
  const concordance = both * neither - firstOnly * secondOnly;
  if (concordance < 0) return concordance / scale;
  return Math.max(0, concordance - trials / 2) / scale;
}
