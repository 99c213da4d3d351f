import { type AgreementArgs, chanceCorrected, withoutCoefficient } from './chance-corrected-agreement.ts';
import { checkedConfusion } from './table.ts';

export interface CohensKappa {
  /** At most 1; 0 is the agreement of chance. Null without pairs, and where all answers are one class. */
  readonly kappa: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * Agreement of two sides on classes beyond what their shares of the classes bring by chance. Cohen, "A coefficient
 * of agreement for nominal scales", Educational and Psychological Measurement 20 (1960); standard error of Fleiss,
 * Cohen and Everitt, Psychological Bulletin 72 (1969). The interval holds for one look that was fixed beforehand,
 * and is null where the standard error is 0. Where nearly all answers are one class, kappa is near 0 however much
 * they agree: see `gwetAC1`. Takes as many steps as the matrix has cells.
 *
 * @throws RangeError for a matrix that isn't square, counts that can't be, or a confidence outside (0, 1)
 */
export function cohensKappa(args: AgreementArgs): CohensKappa {
  const { total, rows, columns } = checkedConfusion(args.confusion);
  const shareOf = (sums: readonly number[], place: number): number => (sums[place] ?? 0) / total;
  const expected = rows.reduce((sum, _, k) => sum + shareOf(rows, k) * shareOf(columns, k), 0);
  const slope = (row: number, column: number): number => shareOf(columns, row) + shareOf(rows, column);
  const { coefficient, ...rest } =
    total === 0
      ? withoutCoefficient('no pair was compared')
      : chanceCorrected(args, { total, expected, slope });
  return { kappa: coefficient, ...rest };
}
