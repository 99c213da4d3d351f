import { binomialLowerTail } from './binomial-tail.ts';

/**
 * The two-sided exact p value of so many heads and so many tails of a coin that is fair: the probability of the
 * lesser of both or less, doubled, for both tails are alike; 1 without any throw.
 *
 * @throws RangeError for counts that are not whole numbers of at least 0
 */
export function fairCoinPValue(heads: number, tails: number): number {
  for (const count of [heads, tails])
    if (!(Number.isSafeInteger(count) && count >= 0))
      throw new RangeError(`a count of pairs is a whole number of at least 0, got ${count}`);
  const trials = heads + tails;
  const tail = binomialLowerTail({ successes: Math.min(heads, tails), trials, chance: 1 / 2 });
  return Math.min(1, 2 * tail);
}
