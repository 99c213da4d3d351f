import type { Criterion } from '@understudy/schemas-avro';
import { type Levels, notJudged, percent } from './criterion.ts';
import type { VerdictFacts } from './facts.ts';
import { judgeShare } from './judge-share.ts';
import { answeredShare } from './shares.ts';
import type { Traffic } from './traffic.ts';

/** The share of the shadow's calls that fail where production answered. Judged as the share that doesn't, shown as it is. */
export function judgeErrors(
  { experiment, units }: VerdictFacts,
  { levels, traffic }: { readonly levels: Levels; readonly traffic: Traffic },
): Criterion {
  const name = 'errors';
  const { max } = experiment.verdict.errors;
  if (max === 'off') return notJudged(name, 'verdict.errors.max is off');
  const what = 'the share of calls that are answered';
  const { estimate, lower, upper, ...judged } = judgeShare({
    name,
    what,
    share: answeredShare(units),
    margin: 1 - max,
    levels,
    traffic,
  });
  const range =
    lower === null || upper === null ? null : `between ${percent(1 - upper)} and ${percent(1 - lower)}`;
  const words = { pass: 'below', fail: 'above', inconclusive: 'not surely below', not_evaluated: '' };
  return {
    ...judged,
    estimate: estimate === null ? null : 1 - estimate,
    lower: upper === null ? null : 1 - upper,
    upper: lower === null ? null : 1 - lower,
    margin: max,
    reason:
      range === null ? judged.reason : `of calls fail ${range}, ${words[judged.outcome]} ${percent(max)}`,
  };
}
