import type { Criterion } from '@understudy/schemas-avro';
import { requestsStillNeeded } from '@understudy/statistics';
import { type Levels, percent, undecided } from './criterion.ts';
import { intervalOf, type Share, upperEnd } from './shares.ts';
import { neededOf, type Traffic } from './traffic.ts';

export interface ToJudge {
  readonly name: string;
  /** What the share is of, as the subject of a sentence: `agreement`. */
  readonly what: string;
  readonly share: Share;
  /** Strictly between 0 and 1. */
  readonly margin: number;
  readonly levels: Levels;
  readonly traffic: Traffic;
}

/** Judges a share by its sequence: it passes when all of the interval is above the margin, and fails when all is below. */
export function judgeShare({ name, what, share, margin, levels, traffic }: ToJudge): Criterion {
  const interval = intervalOf(share, levels.pass);
  const { lower, upper } = interval;
  if (lower === null || upper === null) return { ...undecided(name, 'no request counts for it yet'), margin };
  const is = (lowest: number, highest: number): string =>
    `${what} is between ${percent(lowest)} and ${percent(highest)}`;
  const judged = { name, ...interval, margin, needed: null };
  const upperToFail = upperEnd(share, levels.fail);
  if (upperToFail < margin) {
    return { ...judged, outcome: 'fail', reason: `${is(lower, upper)}, below ${percent(margin)}` };
  }
  if (lower > margin)
    return { ...judged, outcome: 'pass', reason: `${is(lower, upper)}, above ${percent(margin)}` };
  const { good: agreed, missing, units: requests } = share;
  const needed = requestsStillNeeded({
    agreed,
    missing,
    requests,
    margin,
    confidence: levels.pass,
    failConfidence: levels.fail,
  });
  const why =
    upper < margin
      ? `below ${percent(margin)}, but not surely enough to fail`
      : `the margin ${percent(margin)} lies inside`;
  return {
    ...judged,
    outcome: 'inconclusive',
    needed: neededOf(needed, requests, traffic),
    reason: `${is(lower, upper)}: ${why}`,
  };
}
