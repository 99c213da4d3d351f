import { betaBinomialConfidenceSequence } from './confidence-sequence.ts';
import { checkedProportion } from './proportion.ts';

/** Where a share that is judged against a margin stands now. */
export interface StillNeededArgs {
  /** In `[0, requests - missing]`; a sum of shares where a unit counts in part. */
  readonly agreed: number;
  /** Of which it isn't known whether they agree; they are among `requests`. */
  readonly missing: number;
  readonly requests: number;
  /** The share that is to be exceeded, strictly between 0 and 1. */
  readonly margin: number;
  /** Of the interval that passes. */
  readonly confidence: number;
  /** Of the interval that fails, where that is judged more strictly. Default: the same. */
  readonly failConfidence?: number;
}

export interface StillNeeded {
  /** Further requests; 0 where the interval clears the margin already. Null where no number of them would do. */
  readonly requests: number | null;
  /** What it will then be judged. */
  readonly verdict: 'pass' | 'fail' | null;
  /** Why both are null; null where they aren't. */
  readonly reason: string | null;
}

/** Further ones than this are none that anybody waits for. */
const mostRequests = 1e12;

/**
 * How many more requests it takes until a confidence sequence clears a margin, if further ones agree, differ and
 * miss at today's rates: the least number at which its lower end is above the margin, or its upper end, all that is
 * missing counted as agreeing, below it. An estimate, with about an even chance to be enough: the rates move on.
 * Divide it by the requests of a day for the time. Takes about 80 sequences.
 *
 * @throws RangeError for counts, a margin or a confidence that can't be
 */
export function requestsStillNeeded(args: StillNeededArgs): StillNeeded {
  const { agreed, missing, requests, margin } = args;
  checkedProportion({ successes: agreed + missing, trials: requests, confidence: args.confidence });
  if (!(missing >= 0 && agreed >= 0))
    throw new RangeError(`counts are at least 0, got ${agreed} and ${missing}`);
  if (!(margin > 0 && margin < 1))
    throw new RangeError(`a margin is strictly between 0 and 1, such as 0.95; got ${margin}`);
  if (requests === 0) return withoutNumber('no request has been sampled yet');
  const least = agreed / requests;
  const most = (agreed + missing) / requests;
  if (least <= margin && most >= margin) {
    return withoutNumber(
      missing === 0
        ? 'the estimate is at the margin'
        : 'the share that is missing spans the margin, however many requests come',
    );
  }
  const verdict = least > margin ? 'pass' : 'fail';
  const total = leastTotal(requests, (trials) => clears(trials, args, { least, most }));
  if (total === null)
    return withoutNumber('the estimate is too near the margin: a million million are too few');
  return { requests: total - requests, verdict, reason: null };
}

function withoutNumber(reason: string): StillNeeded {
  return { requests: null, verdict: null, reason };
}

/** Whether so many requests in all would do, at today's shares. */
function clears(
  trials: number,
  { margin, confidence, failConfidence = confidence }: StillNeededArgs,
  { least, most }: { readonly least: number; readonly most: number },
): boolean {
  if (least > margin) {
    return betaBinomialConfidenceSequence({ successes: least * trials, trials, confidence }).lower > margin;
  }
  const successes = Math.min(trials, most * trials);
  return betaBinomialConfidenceSequence({ successes, trials, confidence: failConfidence }).upper < margin;
}

/**
 * The least `from + a whole number` for which the condition holds, which then holds for all above; null beyond the
 * most.
 */
function leastTotal(from: number, holds: (total: number) => boolean): number | null {
  if (holds(from)) return from;
  let fails = 0;
  let step = 1;
  while (!holds(from + step)) {
    if (from + step >= mostRequests) return null;
    fails = step;
    step *= 2;
  }
  while (step - fails > 1) {
    const middle = Math.floor((fails + step) / 2);
    if (holds(from + middle)) step = middle;
    else fails = middle;
  }
  return from + step;
}
