import { chiSquareUpperTail } from '../distributions/chi-square.ts';
import type { ChiSquareTest } from './chi-square-test.ts';
import { checkedConfusion, countAt, type Table } from './table.ts';

/** What is left of a variance of this share of itself is rounding. */
const roundingShare = 1e-9;

/**
 * Whether two sides give each class equally often, on the same pairs. Stuart, Biometrika 42 (1955), and Maxwell,
 * "Comparing the classification of subjects by two independent judges", British Journal of Psychiatry 116 (1970).
 * Chi-square in the limit, with one degree of freedom less than classes; classes that say nothing new, such as one on
 * which all agree, have none. Null where every pair agrees. Takes as many steps as the cube of the number of classes.
 *
 * @throws RangeError for a matrix that isn't square, or counts that can't be
 */
export function stuartMaxwell({ confusion }: { readonly confusion: Table }): ChiSquareTest {
  const { total, rows, columns } = checkedConfusion(confusion);
  const differences = rows.map((sum, place) => sum - (columns[place] ?? 0));
  const covariances = rows.map((sum, row) =>
    rows.map((_, column) =>
      row === column
        ? sum + (columns[row] ?? 0) - 2 * countAt(confusion, row, row)
        : -(countAt(confusion, row, column) + countAt(confusion, column, row)),
    ),
  );
  const { statistic, degreesOfFreedom } = quadraticForm(differences, covariances);
  if (degreesOfFreedom === 0) {
    const reason = total === 0 ? 'no pair was compared' : 'undefined: every pair agrees';
    return { statistic: null, degreesOfFreedom: null, pValue: null, reason };
  }
  const pValue = chiSquareUpperTail(statistic, degreesOfFreedom);
  return { statistic, degreesOfFreedom, pValue, reason: null };
}

/**
 * `d' S⁻¹ d` by elimination, where S may lack rank: a variance that nothing is left of belongs to a class that is
 * determined by those before it, and is passed over. (S is the Laplacian of the graph of disagreements, so that
 * needs no search for a pivot.)
 */
function quadraticForm(
  differences: readonly number[],
  covariances: readonly (readonly number[])[],
): { statistic: number; degreesOfFreedom: number } {
  const vector = [...differences];
  const matrix = covariances.map((row) => [...row]);
  let statistic = 0;
  let degreesOfFreedom = 0;
  for (const [k, pivotRow] of matrix.entries()) {
    const pivot = pivotRow[k] ?? 0;
    if (pivot <= roundingShare * (covariances[k]?.[k] ?? 0)) continue;
    const difference = vector[k] ?? 0;
    statistic += (difference * difference) / pivot;
    degreesOfFreedom += 1;
    for (let row = k + 1; row < matrix.length; row++) {
      const target = matrix[row];
      const factor = (target?.[k] ?? 0) / pivot;
      if (target === undefined || factor === 0) continue;
      for (let column = k; column < matrix.length; column++)
        target[column] = (target[column] ?? 0) - factor * (pivotRow[column] ?? 0);
      vector[row] = (vector[row] ?? 0) - factor * difference;
    }
  }
  return { statistic, degreesOfFreedom };
}
