import { incompleteBeta } from '../distributions/incomplete-beta.ts';
import { checkedPairs } from './checked-numbers.ts';
import { type Coefficient, correlation, type PairsArgs } from './correlation.ts';

export interface Pearson extends Coefficient {
  /** That there is no correlation, two-sided; null with fewer than three pairs, too. */
  readonly pValue: number | null;
}

/**
 * The linear correlation of two numbers, and Student's t test of it: "The probable error of a correlation coefficient",
 * Biometrika 6 (1908). Between the scores of two models it says less than `concordance`, for a shift or a factor leaves
 * it at 1. Null with fewer than two pairs, and where a side is constant. Takes n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function pearson({ x, y }: PairsArgs): Pearson {
  checkedPairs(x, y);
  const { coefficient, reason } = correlation({ x, y });
  if (coefficient === null) return { coefficient, pValue: null, reason };
  if (x.length === 2)
    return { coefficient, pValue: null, reason: 'no test: two points always lie on a line' };
  // Of t = r √(f / (1 - r²)) with f degrees of freedom: f / (f + t²) = 1 - r².
  const pValue = incompleteBeta((1 - coefficient) * (1 + coefficient), {
    a: (x.length - 2) / 2,
    b: 1 / 2,
    rest: coefficient * coefficient,
  });
  return { coefficient, pValue, reason: null };
}
