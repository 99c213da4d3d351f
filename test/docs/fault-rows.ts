import { basename } from 'node:path';
import type { FaultCase } from '../faults/fault-case.ts';
import type { ExpectedRow } from './table.ts';

/** The rows of `docs/reliability.md`; what came of a case is written by hand. */
export function faultRows(cases: readonly FaultCase[]): readonly ExpectedRow[] {
  return cases.map(({ name, numbers, fault, holds, brokers, choice, tests }) => [
    choice === 'short' ? `\`${name}\` ¹` : `\`${name}\``,
    numbers.join(', '),
    fault,
    holds,
    String(brokers),
    tests.map(({ file }) => `[${shortName(file)}](../${file})`).join(', '),
    null,
  ]);
}

function shortName(file: string): string {
  return basename(file).replace(/(?:\.canary)?(?:\.integration|\.e2e|\.fault)?\.test\.ts$/, '');
}
