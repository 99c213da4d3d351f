import type { Application } from './application.ts';
import { encode, type Feature, probability } from './encode.ts';

/** `weights/production.json`, one entry per feature in `means`, `scales` and `coefficients`. */
export interface LogisticRegressionWeights {
  readonly kind: 'logistic-regression';
  readonly features: readonly Feature[];
  /** Denied from this probability on. */
  readonly threshold: number;
  readonly means: readonly number[];
  readonly scales: readonly number[];
  readonly coefficients: readonly number[];
  /** In log odds, as the coefficients are. */
  readonly intercept: number;
}

/** The probability of denial, 0 to 1. */
export function scoreLogisticRegression(
  weights: LogisticRegressionWeights,
  application: Application,
): number {
  const { means, scales, coefficients } = weights;
  const logOdds = encode(application, weights.features).reduce(
    (sum, value, i) => sum + ((value - at(means, i)) / at(scales, i)) * at(coefficients, i),
    weights.intercept,
  );
  return probability(logOdds);
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined)
    throw new Error('weights/production.json: a value per feature is missing; train again');
  return value;
}
