import type { EvidenceBundle } from './bundle.ts';
import type { Check } from './check-bundle.ts';

const width = 10;

/** The checks of a bundle, and what a release manager goes through, for a person. */
export function checksText(bundle: EvidenceBundle, checks: readonly Check[]): string {
  const { lane, windowEnd, verdict, rollback } = bundle;
  const until = new Date(windowEnd).toISOString();
  return [
    `${lane} up to ${until}: ${verdict.verdict}`,
    verdict.recommendation?.text ?? '',
    '',
    ...checks.map(({ name, holds, found }) => `${holds ? '✓' : '✕'} ${name.padEnd(width)} ${found}`),
    '',
    'Checklist',
    ...verdict.criteria.map(({ name, outcome, reason }) => `${mark(outcome)} ${name}: ${reason}`),
    rollback === null
      ? '? rollback plan: nobody has acknowledged one (--rollback-plan, --acknowledged-by)'
      : `✓ rollback plan: ${rollback.plan}, acknowledged by ${rollback.acknowledgedBy}`,
    '',
  ].join('\n');
}

function mark(outcome: string): string {
  return { pass: '✓', fail: '✕', inconclusive: '?' }[outcome] ?? '–';
}
