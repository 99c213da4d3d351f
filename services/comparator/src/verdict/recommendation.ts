import { formatDuration } from '@understudy/config';
import type { Criterion, Recommendation, StillNeeded, VerdictValue } from '@understudy/schemas-avro';

/** Shares of the users that a canary goes through. */
const canarySteps = '1%, then 5, 25, 50 and 100%';

export interface ToRecommend {
  readonly verdict: VerdictValue;
  readonly balanced: boolean;
  readonly criteria: readonly Criterion[];
  readonly needed: StillNeeded | null;
}

/** What to do with the verdict. */
export function recommendationOf({ verdict, balanced, criteria, needed }: ToRecommend): Recommendation {
  if (!balanced) {
    const text =
      'Requests are missing from the ledger, or in it twice: no number can be trusted before that is found.';
    return { action: 'investigate', text };
  }
  if (verdict === 'pass')
    return {
      action: 'canary',
      text: `Go to a canary at ${canarySteps}, as long as the verdict stays a pass.`,
    };
  if (verdict === 'fail') {
    const failing = criteria.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
    return { action: 'investigate', text: `Keep it from users, and find out why: ${failing.join(', ')}.` };
  }
  const first = criteria.find(({ name, outcome }) => outcome === 'inconclusive' && pressing.has(name));
  if (first !== undefined)
    return { action: 'investigate', text: `Find out why before it may pass: ${first.reason}.` };
  return { action: 'keep-shadowing', text: `Keep shadowing: ${neededText(needed)}.` };
}

/** That these hold a pass back is not for want of data. */
const pressing: ReadonlySet<string> = new Set(['recent', 'alerts']);

function neededText(needed: StillNeeded | null): string {
  if (needed === null) return 'there is too little to tell';
  const { requests, ms, verdict, reason } = needed;
  if (requests === null && ms === null) return reason ?? 'there is too little to tell';
  const time = ms === null ? null : formatDuration(rounded(ms));
  const amount = requests === null ? null : `${requests.toLocaleString('en-US')} more requests`;
  const what = [amount, time].filter((part) => part !== null).join(', or ');
  return `about ${what}, until it may ${verdict ?? 'be decided'}, if they are as those before`;
}

/** To whole seconds, minutes, hours or days: no more than is known. */
function rounded(ms: number): number {
  const unit = [86_400_000, 3_600_000, 60_000, 1000].find((each) => ms >= 2 * each) ?? 1000;
  return Math.ceil(ms / unit) * unit;
}
