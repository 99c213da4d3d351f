import type { Table } from '../src/classes/table.ts';

/**
 * The standard error of a smooth function of the shares of a table, by numerical slopes: an authority for formulas of
 * standard errors that owes nothing to them. `Σ p d² - (Σ p d)²` over the cells, where d is the function's slope.
 */
export function deltaMethodError(table: Table, value: (table: Table) => number): number {
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  const moved = (row: number, column: number, by: number): Table =>
    table.map((counts, r) => counts.map((count, c) => (r === row && c === column ? count + by : count)));
  // A function of shares is homogeneous of degree 0 in the counts, so slopes in counts will do.
  const step = total * 1e-6;
  let [squares, mean] = [0, 0];
  for (const [r, row] of table.entries()) {
    for (const [c, count] of row.entries()) {
      if (count < step) continue;
      const slope = ((value(moved(r, c, step)) - value(moved(r, c, -step))) / (2 * step)) * total;
      squares += (count / total) * slope * slope;
      mean += (count / total) * slope;
    }
  }
  return Math.sqrt((squares - mean * mean) / total);
}
