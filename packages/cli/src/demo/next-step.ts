import type { LaneReport } from '../api.ts';

/** What a release manager can do now. */
export function nextStep({ verdict, balanced, segments, recommendation }: LaneReport): string {
  const worst = segments.find(({ flagged }) => flagged);
  if (!balanced) return 'find out why requests are missing; until then no number here can be trusted.';
  const where = worst === undefined ? null : `${worst.segment.field} = ${worst.segment.value}`;
  switch (verdict) {
    case 'fail':
      return where === null
        ? 'keep it from users, and look at the pairs on the page.'
        : `keep it from users, and look at ${where} on the page.`;
    case 'pass':
      return where === null
        ? 'give it a small share of the users (a canary of 1%).'
        : `before a canary, look at ${where} on the page.`;
    case 'inconclusive':
      return recommendation === null ? 'keep shadowing.' : asClause(recommendation.text);
  }
}

function asClause(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
