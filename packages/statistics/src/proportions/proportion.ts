/** What was counted, and how sure an interval for its share is to be. */
export interface ProportionArgs {
  /**
   * How many agreed, in `[0, trials]`; a fraction where a unit counts in part (the mean over a session's
   * requests).
   */
  readonly successes: number;
  /** How many were looked at, 0 or more. */
  readonly trials: number;
  /** `1 - alpha`, strictly between 0 and 1; 0.95 for a 95% interval. */
  readonly confidence: number;
}

/** Sums of fractions may end a few roundings above the number of trials. */
const roundingSlack = 1e-9;

/**
 * The counts of `args`, with successes that exceed the trials only by rounding set to the trials.
 *
 * @throws RangeError for counts that can't be: the caller's sums are wrong, and no interval would say so
 */
export function checkedProportion(args: ProportionArgs): { successes: number; failures: number } {
  const { successes, trials, confidence } = args;
  if (!(trials >= 0 && trials < Infinity)) {
    throw new RangeError(`trials must be a finite number of at least 0, got ${trials}`);
  }
  if (!(successes >= 0 && successes <= trials * (1 + roundingSlack))) {
    throw new RangeError(`successes must be between 0 and trials (${trials}), got ${successes}`);
  }
  checkedConfidence(confidence);
  return { successes: Math.min(successes, trials), failures: Math.max(0, trials - successes) };
}

/** @throws RangeError for a confidence that isn't strictly between 0 and 1, such as 95 */
export function checkedConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence must be strictly between 0 and 1, such as 0.95; got ${confidence}`);
}
