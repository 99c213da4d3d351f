import { mean, sum } from 'simple-statistics';
import { isConstant } from './checked-numbers.ts';

/** Two values of each of some things, in the same order. */
export interface PairsArgs {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A coefficient in [-1, 1]. */
export interface Coefficient {
  readonly coefficient: number | null;
  /** Why it is null; null where it isn't. */
  readonly reason: string | null;
}

/** Values whose differences vanish beside their size have no correlation in floating point. */
export const beyondPrecision = 'undefined: the values vary by too little, or too much, for floating point';

/**
 * The linear correlation of two sides. Both are scaled first, so that squares neither vanish nor overflow, and what is
 * computed is the same to the last bit whichever side is which: the p value of a perfect correlation hangs on it.
 * (simple-statistics' `sampleCorrelation` divides by the one side's deviation, then by the other's.)
 */
export function correlation({ x, y }: PairsArgs): Coefficient {
  if (x.length < 2) return { coefficient: null, reason: 'there are fewer than two pairs' };
  if (isConstant(x) || isConstant(y))
    return { coefficient: null, reason: 'undefined: one side has one and the same value throughout' };
  const one = scaledDeviations(x);
  const other = scaledDeviations(y);
  const together = sum(one.map((each, place) => each * (other[place] ?? 0)));
  const coefficient = together / Math.sqrt(squares(one) * squares(other));
  if (Number.isNaN(coefficient)) return { coefficient: null, reason: beyondPrecision };
  return { coefficient: Math.min(1, Math.max(-1, coefficient)), reason: null };
}

/** How far values are from their mean, the greatest being 1 away. */
function scaledDeviations(values: readonly number[]): number[] {
  const size = greatest(values);
  const scaled = values.map((value) => value / size);
  const center = mean(scaled);
  const deviations = scaled.map((value) => value - center);
  const spread = greatest(deviations);
  return deviations.map((deviation) => deviation / spread);
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function squares(values: readonly number[]): number {
  return sum(values.map((value) => value * value));
}
