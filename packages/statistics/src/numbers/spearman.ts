import { sampleRankCorrelation } from 'simple-statistics';
import { checkedPairs } from './checked-numbers.ts';
import { bounded, type PairsArgs, withoutCorrelation } from './pearson.ts';

/** A coefficient in [-1, 1]. */
export interface Coefficient {
  readonly coefficient: number | null;
  /** Why it is null; null where it isn't. */
  readonly reason: string | null;
}

/**
 * The correlation of the ranks of two numbers, equal ones sharing a rank: whether the one grows with the other, by
 * whatever curve. Spearman, "The proof and measurement of association between two things", American Journal of
 * Psychology 15 (1904). Takes n log n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function spearman({ x, y }: PairsArgs): Coefficient {
  checkedPairs(x, y);
  const reason = withoutCorrelation({ x, y });
  if (reason !== null) return { coefficient: null, reason };
  // Ranks vary by at least a half, so they always have a correlation.
  return { coefficient: bounded(sampleRankCorrelation([...x], [...y])), reason: null };
}
