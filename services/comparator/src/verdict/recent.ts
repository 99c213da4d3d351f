import type { Criterion, UnitSums } from '@understudy/schemas-avro';
import { type Levels, percent, yesOrNo } from './criterion.ts';
import type { VerdictFacts } from './facts.ts';
import { agreedShare, upperEnd } from './shares.ts';

/**
 * An average of thirty good days hides a bad one: no pass while what came lately fails on its own, at the level at which
 * the whole would.
 */
export function judgeRecent({ experiment, recent }: VerdictFacts, { fail }: Levels): Criterion {
  const { margin } = experiment.verdict.agreement;
  const stretches: readonly (readonly [string, UnitSums])[] = [
    ['today', recent.today],
    ['the day before', recent.yesterday],
    ['the last 7 days', recent.week],
  ];
  const failing = stretches
    .map(([what, units]) => ({ what, upper: upperEnd(agreedShare(units), fail) }))
    .find(({ upper }) => upper < margin);
  return yesOrNo(
    'recent',
    failing === undefined,
    failing === undefined
      ? 'neither today, nor the day before, nor the last 7 days fail on their own'
      : `agreement of ${failing.what} alone is at most ${percent(failing.upper)}, below ${percent(margin)}`,
  );
}
