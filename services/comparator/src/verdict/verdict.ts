import { bearings, correctedLedger, isBalanced } from '@understudy/domain';
import type { Criterion, Interval, SegmentSums, VerdictNow, VerdictValue } from '@understudy/schemas-avro';
import { betaBinomialConfidenceSequence } from '@understudy/statistics';

/** Criteria that a verdict will have and that this version doesn't evaluate. They can't make a lane pass or fail. */
const notEvaluated = ['segments', 'noise-floor', 'latency', 'errors', 'labels', 'duration'] as const;

/**
 * Agreement, recovered requests that are compared among the compared: a confidence sequence, valid at every look, and bounds for what is missing: the lower end counts
 * all that is missing as disagreement, the upper end as agreement. All null where nothing counts.
 */
export function agreementOf({ ledger, corrections, ...sums }: SegmentSums, confidence: number): Interval {
  const { counted, missing } = bearings(correctedLedger(ledger, corrections));
  const agreed = sums.agreed + corrections.agreed;
  if (counted === 0) return { estimate: null, lower: null, upper: null };
  return {
    estimate: counted === missing ? null : agreed / (counted - missing),
    lower: betaBinomialConfidenceSequence({ successes: agreed, trials: counted, confidence }).lower,
    upper: betaBinomialConfidenceSequence({ successes: agreed + missing, trials: counted, confidence }).upper,
  };
}

export interface VerdictOptions {
  readonly sums: SegmentSums;
  readonly margin: number;
  readonly confidence: number;
}

/**
 * The verdict of a lane: fails when a criterion fails or the ledger is out of balance, passes when every evaluated
 * one passes, else it is inconclusive. Without data it is inconclusive, never a pass.
 */
export function verdictOf({ sums, margin, confidence }: VerdictOptions): VerdictNow {
  const agreement = agreementCriterion(agreementOf(sums, confidence), margin);
  const balanced = isBalanced(correctedLedger(sums.ledger, sums.corrections));
  const criteria = [agreement, ...notEvaluated.map(notEvaluatedCriterion)];
  return { verdict: balanced ? asVerdict(agreement.outcome) : 'fail', balanced, criteria };
}

function asVerdict(outcome: Criterion['outcome']): VerdictValue {
  return outcome === 'pass' || outcome === 'fail' ? outcome : 'inconclusive';
}

function agreementCriterion(interval: Interval, margin: number): Criterion {
  const base = { name: 'agreement', ...interval, margin };
  const { lower, upper } = interval;
  if (lower === null || upper === null) {
    return { ...base, outcome: 'inconclusive', reason: 'no request has been compared yet' };
  }
  const range = `between ${percent(lower)} and ${percent(upper)}`;
  if (upper < margin)
    return { ...base, outcome: 'fail', reason: `agreement is ${range}, below ${percent(margin)}` };
  if (lower > margin)
    return { ...base, outcome: 'pass', reason: `agreement is ${range}, above ${percent(margin)}` };
  return {
    ...base,
    outcome: 'inconclusive',
    reason: `agreement is ${range}: the margin ${percent(margin)} lies inside`,
  };
}

function notEvaluatedCriterion(name: string): Criterion {
  const nothing = { estimate: null, lower: null, upper: null, margin: null };
  return { name, outcome: 'not_evaluated', ...nothing, reason: 'not evaluated by this version' };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
