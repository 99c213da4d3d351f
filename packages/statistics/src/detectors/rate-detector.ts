/** What one window adds to the evidence that a rate is beyond its limit. */
export interface RateEvidenceArgs {
  /** What earlier windows gave; 0 at the start. */
  readonly before: number;
  /** How many of the window's trials were events, in `[0, trials]`. */
  readonly events: number;
  /** The window's trials; 0 leaves the evidence as it is. */
  readonly trials: number;
  /** The rate of events that is still in order, strictly between 0 and 1. */
  readonly limit: number;
  /** On which side of the limit something is wrong. */
  readonly side: 'above' | 'below';
}

/**
 * How many times the odds of an event are those at the limit, under the alternatives: a little, plainly, and far
 * beyond it. Equal weights.
 */
const oddsFactors = [1.5, 2.5, 6] as const;
/** The evidence is kept to this, so that equal records have equal bytes whatever computed the logarithms. */
const digits = 1e6;

/**
 * The evidence that the rate of events has moved beyond a limit, watched window after window for ever.
 *
 * A Shiryaev–Roberts e-detector: `M = (M before + 1) · L`, where L is the window's likelihood ratio against the
 * limit, averaged over a few alternatives. As long as the rate is in order, each L has a mean of at most 1, so that
 * M exceeds A for the first time after A windows on average, or later; `alarmEvidence` turns that into the threshold.
 * It forgets by itself: a window that speaks for the limit shrinks M, and M + 1 starts anew at every window, so that
 * a change is found as fast after a year as after a day. Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric
 * framework for sequential change detection", New England Journal of Statistics in Data Science 2 (2023). Costs a few
 * logarithms.
 *
 * @returns `ln(1 + M)`, at least 0, rounded to six decimals
 * @throws RangeError for counts or a limit that can't be
 */
export function rateEvidence({ before, events, trials, limit, side }: RateEvidenceArgs): number {
  if (!(events >= 0 && events <= trials && trials < Infinity))
    throw new RangeError(`events must be between 0 and trials (${trials}), got ${events}`);
  if (!(limit > 0 && limit < 1))
    throw new RangeError(`a limit is strictly between 0 and 1, such as 0.05; got ${limit}`);
  if (trials === 0) return before;
  const logRatios = oddsFactors.map((factor) =>
    logRatio(events, trials - events, { limit, factor: side === 'above' ? factor : 1 / factor }),
  );
  const logMean = logSumExp(logRatios) - Math.log(oddsFactors.length);
  return Math.round(logSumExp([0, before + logMean]) * digits) / digits;
}

/**
 * The evidence at which an alarm is raised, so that false ones are at least `windows` windows apart on average.
 *
 * @throws RangeError for less than one window
 */
export function alarmEvidence(windows: number): number {
  if (!(windows >= 1 && windows < Infinity))
    throw new RangeError(`false alarms are at least one window apart, got ${windows}`);
  return Math.log1p(windows);
}

/** ln of `(p/limit)^events · ((1-p)/(1-limit))^others`, where p has `factor` times the odds of the limit. */
function logRatio(
  events: number,
  others: number,
  { limit, factor }: { readonly limit: number; readonly factor: number },
): number {
  const scale = Math.log1p(limit * (factor - 1));
  return events * (Math.log(factor) - scale) - others * scale;
}

function logSumExp(values: readonly number[]): number {
  const greatest = Math.max(...values);
  return greatest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - greatest), 0));
}
