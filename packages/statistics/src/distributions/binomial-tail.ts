import type { BinomialArgs } from './binomial-probability.ts';
import { incompleteBeta } from './incomplete-beta.ts';

/** The probability of at most so many successes; 0 for fewer than none. */
export function binomialLowerTail({ successes, trials, chance, rest = 1 - chance }: BinomialArgs): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  return incompleteBeta(rest, { a: trials - successes, b: successes + 1, rest: chance });
}
