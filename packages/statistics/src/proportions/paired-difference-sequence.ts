import { betaBinomialConfidenceSequence, type ConfidenceBounds } from './confidence-sequence.ts';

/**
 * Pairs by which of two sides has a property; counts may be sums of shares, where a unit is a key with many
 * requests.
 */
export interface PairedSequenceArgs {
  /** Only the first side has it. */
  readonly firstOnly: number;
  /** Only the second side has it. */
  readonly secondOnly: number;
  /** Pairs of which that isn't known, for want of an answer or of a label; they are among `pairs`. */
  readonly missing: number;
  /** All, those too in which both sides have it, or neither. */
  readonly pairs: number;
  readonly confidence: number;
}

export interface PairedSequence {
  /** The first side's share less the second's, in [-1, 1], of the pairs that are known; null without any. */
  readonly difference: number | null;
  /** -1 before the first look. */
  readonly lower: number;
  /** 1 before the first look. */
  readonly upper: number;
  /** Why the difference is null; null where it isn't. */
  readonly reason: string | null;
}

/** Sums of fractions may end a few roundings above the number of pairs. */
const roundingSlack = 1e-9;

/**
 * How much more often the first of two sides has a property, on the same pairs, with an interval that may be looked
 * at after every pair. The excess over the noise floor is one: how much more often a shadow differs from production
 * than a baseline does, production's own model asked a second time; below 0 the shadow is less noisy. The
 * difference of two models' accuracies is another: a pair without a label is missing where the answers differ, and
 * where they don't it is known that neither is better.
 *
 * Pairs in which both sides have it, or neither, cancel. What only one side has is in a confidence sequence each,
 * at half of alpha; the interval goes from the lower end of the first less the upper end of the second to the
 * reverse. What is missing counts in neither lower end, and in both upper ones.
 *
 * @throws RangeError for counts that exceed the pairs, or a confidence outside (0, 1)
 */
export function pairedDifferenceSequence(args: PairedSequenceArgs): PairedSequence {
  const { firstOnly, secondOnly, missing, pairs } = args;
  if (!(missing >= 0 && firstOnly + secondOnly + missing <= pairs * (1 + roundingSlack)))
    throw new RangeError(
      `pairs that differ or are missing are at most all (${pairs}), got ${firstOnly} + ${secondOnly} + ${missing}`,
    );
  const first = boundsOf(firstOnly, args);
  const second = boundsOf(secondOnly, args);
  const known = pairs - missing;
  return {
    difference: known > 0 ? (firstOnly - secondOnly) / known : null,
    lower: first.lower - second.upper,
    upper: first.upper - second.lower,
    reason: known > 0 ? null : 'no pair is known on both sides',
  };
}

/** Bounds of the share of pairs in which only one side has it: without what is missing, and with all of it. */
function boundsOf(count: number, { missing, pairs, confidence }: PairedSequenceArgs): ConfidenceBounds {
  const half = { trials: pairs, confidence: (1 + confidence) / 2 };
  const most = Math.min(pairs, count + missing);
  return {
    lower: betaBinomialConfidenceSequence({ successes: count, ...half }).lower,
    upper: betaBinomialConfidenceSequence({ successes: most, ...half }).upper,
  };
}
