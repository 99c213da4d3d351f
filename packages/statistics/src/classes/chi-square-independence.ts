import { chiSquareUpperTail } from '../distributions/chi-square.ts';
import type { ChiSquareTest } from './chi-square-test.ts';
import { checkedTable, type Table } from './table.ts';

/**
 * Whether the rows of a table have the same shares of its columns: by a feature's values before and now, say.
 * Pearson's chi-square test, without continuity correction: Philosophical Magazine 50 (1900). Rows and columns in
 * which nothing was counted are left out; null where fewer than two of either are left. For counts below about 5
 * see `fisherExact`. Takes as many steps as the table has cells.
 *
 * @throws RangeError for rows of different lengths, or counts that can't be
 */
export function chiSquareIndependence({ table }: { readonly table: Table }): ChiSquareTest {
  const { total, rows, columns } = checkedTable(table);
  const used = (sums: readonly number[]): number => sums.filter((sum) => sum > 0).length;
  const degreesOfFreedom = (used(rows) - 1) * (used(columns) - 1);
  if (total === 0 || degreesOfFreedom === 0) {
    const reason = total === 0 ? 'nothing was counted' : 'undefined: there is one row, or one column, only';
    return { statistic: null, degreesOfFreedom: null, pValue: null, reason };
  }
  let statistic = 0;
  for (const [r, row] of table.entries()) {
    for (const [c, count] of row.entries()) {
      const expected = ((rows[r] ?? 0) / total) * (columns[c] ?? 0);
      if (expected > 0) statistic += (count - expected) ** 2 / expected;
    }
  }
  return {
    statistic,
    degreesOfFreedom,
    pValue: chiSquareUpperTail(statistic, degreesOfFreedom),
    reason: null,
  };
}
