import { type AgreementArgs, chanceCorrected, withoutCoefficient } from './chance-corrected-agreement.ts';
import { checkedConfusion } from './table.ts';

export interface GwetAC1 {
  /** At most 1; 0 is the agreement of chance. Null without pairs, and with fewer than two classes. */
  readonly ac1: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * Agreement of two sides on classes beyond chance, where chance agreement is that of answers that are hard to give:
 * unlike `cohensKappa` it stays near the agreement where nearly all answers are one class. Gwet, "Computing
 * inter-rater reliability and its variance in the presence of high agreement", British Journal of Mathematical and
 * Statistical Psychology 61 (2008). Every class that may be answered belongs into the matrix, also one that nobody
 * gave. The interval holds for one look that was fixed beforehand, and is null where the standard error is 0. Takes
 * as many steps as the matrix has cells.
 *
 * @throws RangeError for a matrix that isn't square, counts that can't be, or a confidence outside (0, 1)
 */
export function gwetAC1(args: AgreementArgs): GwetAC1 {
  const { total, rows, columns } = checkedConfusion(args.confusion);
  const others = rows.length - 1;
  const shareOf = (place: number): number => ((rows[place] ?? 0) + (columns[place] ?? 0)) / (2 * total);
  const expected = rows.reduce((sum, _, k) => sum + (shareOf(k) * (1 - shareOf(k))) / others, 0);
  const slope = (row: number, column: number): number => (1 - shareOf(row) - shareOf(column)) / others;
  const { coefficient, ...rest } =
    total === 0 || others === 0
      ? withoutCoefficient(total === 0 ? 'no pair was compared' : 'undefined: there is one class only')
      : chanceCorrected(args, { total, expected, slope });
  return { ac1: coefficient, ...rest };
}
