import { binomialProbability } from '../distributions/binomial-probability.ts';
import type { PValue } from '../distributions/p-value.ts';
import { checkedTable, countAt, type Table } from './table.ts';

/** Tables as likely as the observed one count to it, whatever rounding makes of their probabilities. */
const alikeWithin = 1e-7;

/**
 * Whether two rows have the same share of the first of two columns, exact for any counts. Fisher's test: two-sided,
 * the probability of all tables with these sums that are no more likely than this one. Fisher, "Statistical Methods
 * for Research Workers", 5th edition (1934). Null without counts. Takes as many steps as the smallest sum.
 *
 * @throws RangeError for a table that isn't 2 by 2, or counts that aren't whole numbers of at least 0
 */
export function fisherExact({ table }: { readonly table: Table }): PValue {
  const { total, rows, columns } = checkedTable(table);
  if (rows.length !== 2 || columns.length !== 2)
    throw new RangeError('Fisher’s test is of a table of 2 by 2');
  if (!table.flat().every(Number.isSafeInteger)) throw new RangeError('Fisher’s test is of whole numbers');
  if (total === 0) return { pValue: null, reason: 'nothing was counted' };
  const [first = 0, second = 0] = rows;
  const [drawn = 0] = columns;
  const at = (successes: number, trials: number): number =>
    binomialProbability({ successes, trials, chance: drawn / total });
  const likelihood = (count: number): number =>
    (at(count, first) * at(drawn - count, second)) / at(drawn, total);
  const limit = likelihood(countAt(table, 0, 0)) * (1 + alikeWithin);
  let pValue = 0;
  for (let count = Math.max(0, drawn - second); count <= Math.min(first, drawn); count++) {
    const each = likelihood(count);
    if (each <= limit) pValue += each;
  }
  return { pValue: Math.min(1, pValue), reason: null };
}
