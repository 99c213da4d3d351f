import { normalQuantile } from '../distributions/normal-quantile.ts';
import { checkedConfidence } from '../proportions/proportion.ts';
import type { Table } from './table.ts';

/** Pairs of classes, and how sure the interval is to be. */
export interface AgreementArgs {
  /** Rows: production's class, columns: the shadow's, in the same order. */
  readonly confusion: Table;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** A coefficient `(agreement - expected) / (1 - expected)`, of at most 1; all null where it has no value. */
export interface ChanceCorrected {
  readonly coefficient: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/** The agreement that chance would bring, and how it moves. */
export interface ExpectedAgreement {
  /** How many pairs there are. */
  readonly total: number;
  readonly expected: number;
  /** By how much it grows with the share of a cell. */
  readonly slope: (row: number, column: number) => number;
}

/** What is this small, of numbers of about 1, is zero but for rounding. */
const zeroWithin = 1e-12;

/**
 * A chance-corrected coefficient with its large-sample standard error, by the delta method: the variance, over pairs,
 * of how much one more pair of a cell moves the coefficient. The interval is null where that is zero.
 */
export function chanceCorrected(
  { confusion, confidence = 0.95 }: AgreementArgs,
  { total, expected, slope }: ExpectedAgreement,
): ChanceCorrected {
  checkedConfidence(confidence);
  const cells = confusion.flatMap((row, r) => row.map((count, c) => ({ r, c, share: count / total })));
  const agreement = cells.reduce((sum, { r, c, share }) => (r === c ? sum + share : sum), 0);
  const left = 1 - expected;
  if (left < zeroWithin) return withoutCoefficient('undefined: every answer of both sides is the same class');
  const coefficient = (agreement - expected) / left;
  const meanSlope = cells.reduce((sum, { r, c, share }) => sum + share * slope(r, c), 0);
  const variance = cells.reduce((sum, { r, c, share }) => {
    const agrees = (r === c ? 1 : 0) - agreement;
    const moved = (agrees - (1 - coefficient) * (slope(r, c) - meanSlope)) / left;
    return sum + share * moved * moved;
  }, 0);
  const standardError = Math.sqrt(variance / total);
  if (standardError < zeroWithin) {
    const reason = 'no interval: as far as the sample shows, the coefficient does not vary';
    return { coefficient, standardError: 0, lower: null, upper: null, reason };
  }
  const reach = normalQuantile((1 + confidence) / 2) * standardError;
  return { coefficient, standardError, lower: coefficient - reach, upper: coefficient + reach, reason: null };
}

/** The coefficient of pairs that don't have one. */
export function withoutCoefficient(reason: string): ChanceCorrected {
  return { coefficient: null, standardError: null, lower: null, upper: null, reason };
}
