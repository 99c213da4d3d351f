import { normalQuantile } from '../distributions/normal-quantile.ts';
import { checkedProportion, type ProportionArgs } from './proportion.ts';

/** An interval for a share; `null`, never 0, 1 or NaN, where nothing was looked at. */
export interface Interval {
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Wilson's score interval for a share, without continuity correction: for one look at a count fixed
 * beforehand, such as one window's. Looked at again and again it misses the truth too often; see
 * `betaBinomialConfidenceSequence`. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22 (1927).
 *
 * @returns both ends in [0, 1]; both `null` at 0 trials
 * @throws RangeError for successes outside [0, trials] or a confidence outside (0, 1)
 */
export function wilsonInterval(args: ProportionArgs): Interval {
  const { successes, failures } = checkedProportion(args);
  const { trials, confidence } = args;
  if (trials === 0) return { lower: null, upper: null };
  const z = normalQuantile((1 + confidence) / 2);
  const spread = (z * z) / trials;
  return {
    lower: lowerEnd(successes / trials, spread),
    upper: 1 - lowerEnd(failures / trials, spread),
  };
}

/**
 * The smaller root of `(share - p)² = spread · p · (1 - p)`, from the larger one and the product of both:
 * their difference would lose its digits where the share is small. The upper end is the lower one of the
 * failures.
 */
function lowerEnd(share: number, spread: number): number {
  const greaterRootTimesLead = share + spread / 2 + Math.sqrt(spread * (share * (1 - share) + spread / 4));
  return (share * share) / greaterRootTimesLead;
}
