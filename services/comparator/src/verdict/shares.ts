import type { Interval, UnitSums } from '@understudy/schemas-avro';
import { betaBinomialConfidenceSequence } from '@understudy/statistics';

/** A share of units, counted in parts where a unit has many requests. */
export interface Share {
  readonly good: number;
  /** Of which it isn't known whether they are good. */
  readonly missing: number;
  /** All. */
  readonly units: number;
}

export function agreedShare({ agreed, missing, units }: UnitSums): Share {
  return { good: agreed, missing, units };
}

/** Of the calls: a deferred one may be answered yet. */
export function answeredShare({ called, failed, deferred }: UnitSums): Share {
  return { good: Math.max(0, called - failed - deferred), missing: deferred, units: called };
}

/** Of the calls; one that timed out, failed or is tried again wasn't answered in time. */
export function inTimeShare({ inTime, called }: UnitSums): Share {
  return { good: inTime, missing: 0, units: called };
}

/**
 * A confidence sequence, valid at every look, with bounds for what is missing: the lower end counts all of it as not good,
 * the upper end as good. All null where nothing counts.
 */
export function intervalOf({ good, missing, units }: Share, confidence: number): Interval {
  if (units === 0) return { estimate: null, lower: null, upper: null };
  const known = units - missing;
  return {
    estimate: known < 1e-9 ? null : good / known,
    lower: betaBinomialConfidenceSequence({ successes: good, trials: units, confidence }).lower,
    upper: upperEnd({ good, missing, units }, confidence),
  };
}

/** Of the same sequence; 1 where nothing counts. */
export function upperEnd({ good, missing, units }: Share, confidence: number): number {
  const successes = Math.min(units, good + missing);
  return betaBinomialConfidenceSequence({ successes, trials: units, confidence }).upper;
}
