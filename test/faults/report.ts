import type { FaultCase } from './fault-case.ts';
import type { CaseResult } from './run-case.ts';

/** What of the counts is told, in this order. */
const told = ['kills', 'windows', 'compared'] as const;

/** One line of the list of cases. */
export function listLine({ name, numbers, brokers, choice, fault }: FaultCase): string {
  const where = `${brokers} broker${brokers === 1 ? ' ' : 's'}`;
  return `${name.padEnd(26)} ${numbers.join(', ').padEnd(12)} ${where} ${choice.padEnd(5)}  ${fault}`;
}

/** A table with a line for each case, and what failed below it. */
export function reportOf(results: readonly CaseResult[]): string {
  const lines = results.map((result) => {
    const { name, failures, seconds } = result;
    const verdict = failures.length === 0 ? 'ok' : 'FAILED';
    return `${name.padEnd(26)} ${verdict.padEnd(6)} ${seconds.toFixed(0).padStart(5)} s  ${countsText(result)}`;
  });
  const failed = results.flatMap(({ name, failures }) =>
    failures.map((failure) => `\n${name}: ${failure}\n`),
  );
  return [...lines, ...failed].join('\n');
}

export function countsText({ passed, counts }: CaseResult): string {
  const tests = `${passed} test${passed === 1 ? '' : 's'}`;
  const numbers = told.flatMap((what) => (counts[what] === undefined ? [] : [`${counts[what]} ${what}`]));
  return [tests, ...numbers].join(', ');
}
