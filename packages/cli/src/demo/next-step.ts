import type { LaneReport } from '../api.ts';

/** What a release manager can do now. */
export function nextStep({ verdict, balanced, segments }: LaneReport): string {
  const worst = segments.find(({ flagged }) => flagged);
  if (!balanced) return 'find out why requests are missing; until then no number here can be trusted.';
  switch (verdict) {
    case 'fail':
      return worst === undefined
        ? 'keep it away from users, and look at the differing pairs on the page.'
        : `keep it away from users, and look at ${worst.segment.field} = ${worst.segment.value}: ` +
            'the page shows pairs of answers.';
    case 'pass':
      return worst === undefined
        ? 'give it a small share of the users (a canary of 1%).'
        : `before a canary, look at ${worst.segment.field} = ${worst.segment.value}, which is below its own margin.`;
    case 'inconclusive':
      return 'keep shadowing: so few requests leave room on both sides of the margin.';
  }
}
