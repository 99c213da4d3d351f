import { count } from '../format.ts';
import { printable } from '../printable.ts';
import type { FeatureDrift } from './feature-drift.ts';

/** A table for people, a feature a line: the ones that have moved most first. */
export function driftText(features: readonly FeatureDrift[]): string {
  const heads = ['feature', 'kind', 'training', 'current', 'PSI', 'critical', 'p', 'outcome'];
  const rows = features.map((each) => [
    printable(each.feature),
    each.kind,
    count(each.training),
    count(each.current),
    digits(each.psi),
    digits(each.critical),
    each.pValue === null ? '–' : each.pValue.toPrecision(2),
    `${each.outcome}: ${each.reason}`,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [heads, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function digits(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
