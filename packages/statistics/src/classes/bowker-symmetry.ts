import { chiSquareUpperTail } from '../distributions/chi-square.ts';
import type { ChiSquareTest } from './chi-square-test.ts';
import { checkedConfusion, countAt, type Table } from './table.ts';

/**
 * Whether disagreements go both ways alike: A here and B there as often as B here and A there, for every two
 * classes. Bowker, "A test for symmetry in contingency tables", Journal of the American Statistical Association 43
 * (1948). Chi-square in the limit, without correction, with a degree of freedom for every two classes that were
 * ever confused. Null where every pair agrees. Takes as many steps as the matrix has cells.
 *
 * @throws RangeError for a matrix that isn't square, or counts that can't be
 */
export function bowkerSymmetry({ confusion }: { readonly confusion: Table }): ChiSquareTest {
  const { total } = checkedConfusion(confusion);
  let statistic = 0;
  let degreesOfFreedom = 0;
  for (const row of confusion.keys()) {
    for (let column = 0; column < row; column++) {
      const one = countAt(confusion, row, column);
      const other = countAt(confusion, column, row);
      if (one + other === 0) continue;
      statistic += (one - other) ** 2 / (one + other);
      degreesOfFreedom += 1;
    }
  }
  if (degreesOfFreedom === 0) {
    const reason = total === 0 ? 'no pair was compared' : 'undefined: every pair agrees';
    return { statistic: null, degreesOfFreedom: null, pValue: null, reason };
  }
  const pValue = chiSquareUpperTail(statistic, degreesOfFreedom);
  return { statistic, degreesOfFreedom, pValue, reason: null };
}
