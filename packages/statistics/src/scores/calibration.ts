import { type Interval, wilsonInterval } from '../proportions/wilson-interval.ts';

export interface CalibrationArgs {
  /** 1 where it was so, else 0. */
  readonly labels: readonly number[];
  /** How likely it was held to be, in [0, 1]; in the same order. */
  readonly scores: readonly number[];
  /** Of the bins' intervals. Default 0.95. */
  readonly confidence?: number;
}

/** Answers whose scores lie in [from, to), the last one's in [from, to]. */
export interface CalibrationBin extends Interval {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanScore: number;
  /** Of labels 1; `lower` and `upper` are its interval, for one look. */
  readonly share: number;
}

export interface Calibration {
  /** Those that hold answers, the lowest first. */
  readonly bins: readonly CalibrationBin[];
  /** The mean of |share - mean score| over the bins, each by its answers, in [0, 1]; null without labels. */
  readonly expectedError: number | null;
  /** Why it is null; null where it isn't. */
  readonly reason: string | null;
}

const binCount = 10;

/**
 * Whether what is scored 0.8 is so in 80% of the cases: a reliability diagram of ten bins of equal width, and the expected calibration
 * error. Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015. The error is
 * above 0 by chance alone, the more so the fewer answers a bin has: the intervals tell. Takes n steps.
 *
 * @throws RangeError for other labels than 0 and 1, scores outside [0, 1], or a different number of both
 */
export function calibration({ labels, scores, confidence = 0.95 }: CalibrationArgs): Calibration {
  if (labels.length !== scores.length)
    throw new RangeError(`there must be as many labels as scores, got ${labels.length} and ${scores.length}`);
  if (!labels.every((label) => label === 0 || label === 1)) throw new RangeError('labels are 0 or 1');
  const sums = Array.from({ length: binCount }, () => ({ count: 0, positives: 0, scores: 0 }));
  for (const [place, score] of scores.entries()) {
    if (!(score >= 0 && score <= 1)) throw new RangeError(`a score must be in [0, 1], got ${score}`);
    const bin = sums[Math.min(binCount - 1, Math.floor(score * binCount))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.positives += labels[place] ?? 0;
    bin.scores += score;
  }
  const bins = sums.flatMap(({ count, positives, scores: sum }, index) => {
    if (count === 0) return [];
    return {
      from: index / binCount,
      to: (index + 1) / binCount,
      count,
      meanScore: sum / count,
      share: positives / count,
      ...wilsonInterval({ successes: positives, trials: count, confidence }),
    };
  });
  if (labels.length === 0) return { bins, expectedError: null, reason: 'no answer has a label' };
  const error = bins.reduce(
    (sum, { count, share, meanScore }) => sum + count * Math.abs(share - meanScore),
    0,
  );
  return { bins, expectedError: error / labels.length, reason: null };
}
