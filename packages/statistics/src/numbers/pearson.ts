import { sampleCorrelation } from 'simple-statistics';
import { incompleteBeta } from '../distributions/incomplete-beta.ts';
import { checkedPairs, isConstant } from './checked-numbers.ts';

/** Two values of each of some things, in the same order. */
export interface PairsArgs {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Pearson {
  /** In [-1, 1]; null with fewer than two pairs, or where a side is constant. */
  readonly coefficient: number | null;
  /** That there is no correlation, two-sided; null with fewer than three pairs, too. */
  readonly pValue: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * The linear correlation of two numbers, and Student's t test of it: "The probable error of a correlation
 * coefficient", Biometrika 6 (1908). Between the scores of two models it says less than `concordance`, for a shift
 * or a factor leaves it at 1. Takes n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function pearson({ x, y }: PairsArgs): Pearson {
  checkedPairs(x, y);
  const reason = withoutCorrelation({ x, y });
  if (reason !== null) return { coefficient: null, pValue: null, reason };
  const coefficient = bounded(sampleCorrelation([...x], [...y]));
  if (coefficient === null) return { coefficient: null, pValue: null, reason: beyondPrecision };
  if (x.length === 2)
    return { coefficient, pValue: null, reason: 'no test: two points always lie on a line' };
  // Of t = r √(f / (1 - r²)) with f degrees of freedom: f / (f + t²) = 1 - r².
  const pValue = incompleteBeta((1 - coefficient) * (1 + coefficient), {
    a: (x.length - 2) / 2,
    b: 1 / 2,
    rest: coefficient * coefficient,
  });
  return { coefficient, pValue, reason: null };
}

/** Why pairs have no correlation; null where they have one. */
export function withoutCorrelation({ x, y }: PairsArgs): string | null {
  if (x.length < 2) return 'there are fewer than two pairs';
  return isConstant(x) || isConstant(y) ? 'undefined: one side has one and the same value throughout' : null;
}

/** Squares of differences beyond the range of floating point have no ratio. */
export const beyondPrecision = 'undefined: the values vary by too little, or too much, for floating point';

/** A correlation that rounding may have taken beyond its ends; null for none. */
export function bounded(coefficient: number): number | null {
  return Number.isNaN(coefficient) ? null : Math.min(1, Math.max(-1, coefficient));
}
