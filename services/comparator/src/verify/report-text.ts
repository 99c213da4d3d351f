import type { Outcomes } from './outcomes.ts';
import type { WindowReport } from './verify-steps.ts';

/** One window's report for a person: a line, and more where it isn't the same. */
export function reportText(report: WindowReport): string {
  const lines = [`${windowText(report)}  ${outcomeText(report)}`];
  if (report.outcome === 'differs') {
    for (const { field, published, computed } of report.differences) {
      lines.push(`  ${field}: published ${published ?? 'nothing'}, computed again ${computed ?? 'nothing'}`);
    }
    const more = report.count - report.differences.length;
    if (more > 0) lines.push(`  and ${count(more)} more`);
    for (const cause of report.causes) lines.push(`  why: ${cause}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The last line of a report on several windows. */
export function summaryText(outcomes: Outcomes): string {
  const { same, differs, untellable } = outcomes;
  return `${count(same)} same, ${count(differs)} differ, ${count(untellable)} can't be told\n`;
}

function windowText({ windowStart, windowEnd }: WindowReport): string {
  const end = new Date(windowEnd).toISOString();
  return `${new Date(windowStart).toISOString()} to ${end.slice('YYYY-MM-DDT'.length)}`;
}

function outcomeText(report: WindowReport): string {
  switch (report.outcome) {
    case 'same': {
      const { requests, pairs, bytes, otherVersion } = report;
      if (requests === 0 && bytes === 0) return 'same: nothing was sampled, and nothing was published';
      const version = otherVersion === null ? '' : `; published by comparator ${otherVersion}`;
      return `same: ${counted(requests, 'request')}, ${counted(pairs, 'pair')}, ${count(bytes)} bytes compared${version}`;
    }
    case 'differs':
      return `differs in ${counted(report.count, 'place')}`;
    case 'untellable':
      return `can't be told: ${report.reason}`;
  }
}

function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
