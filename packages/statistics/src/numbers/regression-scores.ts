import { mean, sum } from 'simple-statistics';
import { checkedPairs, isConstant } from './checked-numbers.ts';

export interface RegressionArgs {
  /** What was right, one for each answer. */
  readonly labels: readonly number[];
  /** What was answered, in the same order. */
  readonly predictions: readonly number[];
}

export interface RegressionScores {
  /** In the unit of the labels; null without labels. */
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  /** How much of the labels' variance the predictions explain, at most 1; null where the labels don't vary. */
  readonly r2: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * How well numbers were predicted. Takes n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function regressionScores({ labels, predictions }: RegressionArgs): RegressionScores {
  checkedPairs(labels, predictions);
  const n = labels.length;
  if (n === 0) {
    const reason = 'no answer has a label';
    return { meanAbsoluteError: null, rootMeanSquaredError: null, r2: null, reason };
  }
  const errors = labels.map((label, place) => label - (predictions[place] ?? label));
  const squares = sum(errors.map((error) => error * error));
  const errorsOnly = {
    meanAbsoluteError: sum(errors.map(Math.abs)) / n,
    rootMeanSquaredError: Math.sqrt(squares / n),
  };
  if (isConstant(labels)) return { ...errorsOnly, r2: null, reason: 'no R²: the labels don’t vary' };
  const center = mean([...labels]);
  const spread = sum(labels.map((label) => (label - center) ** 2));
  return { ...errorsOnly, r2: 1 - squares / spread, reason: null };
}
