import { fairCoinPValue } from '../distributions/fair-coin.ts';
import type { PValue } from '../distributions/p-value.ts';

export interface McnemarArgs {
  /** Pairs in which only the first side has the property (only production is right, say). */
  readonly b: number;
  /** Pairs in which only the second side has it. */
  readonly c: number;
  /** All pairs; 0 makes the p value null. Default: there are some. */
  readonly pairs?: number;
}

/**
 * Whether two sides have a property equally often, on the same pairs: only those count in which one side has it and
 * the other hasn't. Exact: McNemar, "Note on the sampling error of the difference between correlated proportions or
 * percentages", Psychometrika 12 (1947), with the binomial distribution. It tells whether there is a difference,
 * not how large it is: see `pairedProportionDifference`. Pairs without any such difference give 1. Takes about √(b
 * + c) steps.
 *
 * @throws RangeError for counts that are not whole numbers of at least 0
 */
export function mcnemarExact({ b, c, pairs = 1 }: McnemarArgs): PValue {
  const pValue = fairCoinPValue(b, c);
  if (pairs === 0 && b + c === 0) return { pValue: null, reason: 'no pair was compared' };
  return { pValue, reason: null };
}
