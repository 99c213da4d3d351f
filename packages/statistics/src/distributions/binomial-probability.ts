import { factorialExcess } from './factorial-excess.ts';
import { poissonDeviance } from './poisson-deviance.ts';

/** So many successes in so many independent trials that each succeed with `chance`. */
export interface BinomialArgs {
  /** In `[0, trials]`. */
  readonly successes: number;
  readonly trials: number;
  /** In [0, 1]. */
  readonly chance: number;
  /** `1 - chance`, which is also the default: given where the subtraction would lose its digits. */
  readonly rest?: number;
}

/**
 * The probability of exactly so many successes, for real numbers, too, as if factorials were gamma functions. Exact
 * to about 1e-12 of its size, in the tails as well. Loader, "Fast and Accurate Computation of Binomial
 * Probabilities" (2000).
 */
export function binomialProbability({ successes, trials, chance, rest = 1 - chance }: BinomialArgs): number {
  const failures = trials - successes;
  return Math.exp(
    factorialExcess(trials) -
      factorialExcess(successes) -
      factorialExcess(failures) -
      poissonDeviance(successes, trials * chance) -
      poissonDeviance(failures, trials * rest),
  );
}
