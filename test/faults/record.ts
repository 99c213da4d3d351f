import { countsText } from './report.ts';
import type { CaseResult } from './run-case.ts';

/** A page whose table of cases has what came of these in its last column; rows of others stay as they are. */
export function recordedIn(page: string, results: readonly CaseResult[]): string {
  const texts = new Map(results.map((result) => [result.name, textOf(result)]));
  const lines = page.split('\n').map((line) => {
    const [, name = ''] = /^\| `([a-z-]+)`/.exec(line) ?? [];
    const text = texts.get(name);
    return text === undefined ? line : `${line.slice(0, lastCellAt(line))} ${text} |`;
  });
  return lines.join('\n');
}

function textOf(result: CaseResult): string {
  const [failure] = result.failures;
  return failure === undefined ? countsText(result) : `failed: ${failure.split('\n', 1).join('')}`;
}

/** Behind the line's last but one bar. */
function lastCellAt(line: string): number {
  return line.lastIndexOf('|', line.lastIndexOf('|') - 1) + 1;
}
