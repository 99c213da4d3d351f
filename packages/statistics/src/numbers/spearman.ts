import { checkedNumbers, checkedPairs } from './checked-numbers.ts';
import { type Coefficient, correlation, type PairsArgs } from './correlation.ts';
import { midRanks } from './mid-ranks.ts';

/**
 * The correlation of the ranks of two numbers, equal ones sharing a rank: whether the one grows with the other, by
 * whatever curve. Spearman, "The proof and measurement of association between two things", American Journal of
 * Psychology 15 (1904). Takes n log n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function spearman({ x, y }: PairsArgs): Coefficient {
  checkedPairs(x, y);
  const ranksOf = (values: readonly number[]): number[] => [...midRanks(checkedNumbers(values)).ranks];
  return correlation({ x: ranksOf(x), y: ranksOf(y) });
}
