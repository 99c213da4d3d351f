import { binomialLowerTail } from '../distributions/binomial-tail.ts';
import { betaBinomialConfidenceSequence } from '../proportions/confidence-sequence.ts';
import { checkedConfidence } from '../proportions/proportion.ts';

export interface QuantileRankArgs {
  /** How many values there are. */
  readonly count: number;
  /** Which quantile, strictly between 0 and 1: 0.99 for p99. */
  readonly quantile: number;
  /** That both bounds hold; strictly between 0 and 1. */
  readonly confidence: number;
  /** 'once': for one look that was fixed beforehand; 'always': for a look after every value. */
  readonly looks: 'once' | 'always';
}

export interface QuantileRanks {
  /** The rank, the least value's being 0, of a value that the quantile is not below; null with too few values. */
  readonly lower: number | null;
  /** The rank of a value that the quantile is not above; null with too few values. */
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/** For one look, as many values have to lie beyond the quantile: 500 in all for p99. */
const leastBeyond = 5;
/** 500 · (1 - 0.99) is a rounding below 5. */
const roundingSlack = 1e-9;

/**
 * Between which of the sorted values a quantile of the distribution lies, whatever the distribution is. So many of
 * the values are below the quantile as of independent trials succeed with its probability: the bounds are the ranks
 * that this doesn't rule out. For one look by the binomial distribution, `(1 - confidence) / 2` on each side (David
 * and Nagaraja, "Order Statistics", 7.1), and only where at least 5 values are expected on each side of the
 * quantile; for any number of looks by the confidence sequence, in which p99 at 95% has no upper bound under 984
 * values. Takes some 30 tail probabilities.
 *
 * @throws RangeError for a count that isn't a whole number of at least 0, or a quantile or confidence outside (0,
 *   1)
 */
export function quantileRankBounds(args: QuantileRankArgs): QuantileRanks {
  const { count, quantile, confidence, looks } = args;
  checkedConfidence(confidence);
  if (!(Number.isSafeInteger(count) && count >= 0))
    throw new RangeError(`a count of values is a whole number of at least 0, got ${count}`);
  if (!(quantile > 0 && quantile < 1))
    throw new RangeError(`a quantile is strictly between 0 and 1, such as 0.99; got ${quantile}`);
  if (looks === 'once' && count * Math.min(quantile, 1 - quantile) < leastBeyond - roundingSlack) {
    const reason = `no bounds: fewer than ${leastBeyond} of ${count} values are expected beyond the quantile`;
    return { lower: null, upper: null, reason };
  }
  const { isTooFew, isTooMany } = looks === 'once' ? binomialEnds(args) : sequenceEnds(args);
  // So many values, in `[0, count]`, are the least below the quantile that can be, and so many the most.
  const least = leastCount(count, (below) => !isTooFew(below));
  const most = leastCount(count, isTooMany) - 1;
  const lower = least === 0 ? null : least - 1;
  const upper = most === count ? null : most;
  return { lower, upper, reason: reasonOf(lower, upper, count) };
}

interface Ends {
  /** Whether the quantile would not have so few values below it. Once it is false, it is for all above. */
  readonly isTooFew: (below: number) => boolean;
  /** Whether it would not have so many. Once it is true, it is for all above. */
  readonly isTooMany: (below: number) => boolean;
}

function binomialEnds({ count, quantile, confidence }: QuantileRankArgs): Ends {
  const tail = (1 - confidence) / 2;
  const atMost = (successes: number, chance: number): number =>
    binomialLowerTail({ successes, trials: count, chance });
  return {
    isTooFew: (below) => atMost(below, quantile) <= tail,
    isTooMany: (below) => atMost(count - below, 1 - quantile) <= tail,
  };
}

function sequenceEnds({ count, quantile, confidence }: QuantileRankArgs): Ends {
  const sequence = (successes: number): { lower: number; upper: number } =>
    betaBinomialConfidenceSequence({ successes, trials: count, confidence });
  return {
    isTooFew: (below) => sequence(below).upper < quantile,
    isTooMany: (below) => sequence(below).lower > quantile,
  };
}

/**
 * The least number in `[0, count]` for which a condition holds that then holds for all above; `count + 1` where
 * none does.
 */
function leastCount(count: number, holds: (below: number) => boolean): number {
  let [from, to] = [0, count + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

function reasonOf(lower: number | null, upper: number | null, count: number): string | null {
  if (lower !== null && upper !== null) return null;
  const which = lower === null && upper === null ? 'bounds' : lower === null ? 'lower bound' : 'upper bound';
  return `no ${which}: ${count} values are too few for this quantile and confidence`;
}
