import { fairCoinPValue } from '../distributions/fair-coin.ts';
import type { PValue } from '../distributions/p-value.ts';

export interface SignTestArgs {
  /** Pairs whose first value is the greater. */
  readonly positive: number;
  /** Pairs whose second value is the greater. Pairs that are equal, or within tolerance, are in neither. */
  readonly negative: number;
}

/**
 * Whether pairs that differ do so as often upwards as downwards: the exact binomial test. Arbuthnot, Philosophical
 * Transactions 27 (1710). It sees a few pairs that move one way among many that don't move. Null where no pair
 * differs. Takes about √(positive + negative) steps.
 *
 * @throws RangeError for counts that are not whole numbers of at least 0
 */
export function signTest({ positive, negative }: SignTestArgs): PValue {
  const pValue = fairCoinPValue(positive, negative);
  return positive + negative === 0 ? { pValue: null, reason: 'no pair differs' } : { pValue, reason: null };
}
