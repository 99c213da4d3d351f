import { continuedFraction } from './continued-fraction.ts';
import { factorialExcess } from './factorial-excess.ts';
import { poissonDeviance } from './poisson-deviance.ts';

/** Enough for shapes of 1e10. */
const maxTerms = 1_000_000;

/**
 * The regularized upper incomplete gamma function: the probability that a gamma variable of that shape is above x, to
 * about 1e-12 of its size. The series of the NIST Digital Library of Mathematical Functions, 8.11.4, below the mean,
 * the continued fraction 8.9.2 above it. Takes about √shape steps.
 *
 * @param shape above 0
 * @param x at least 0
 */
export function upperIncompleteGamma(shape: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  // x^shape e^-x / Gamma(shape), without the terms that cancel.
  const leading = shape * Math.exp(-factorialExcess(shape) - poissonDeviance(shape, x));
  return x < shape + 1 ? 1 - leading * lowerSeries(shape, x) : leading * upperFraction(shape, x);
}

function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n <= maxTerms; n++) {
    term *= x / (shape + n);
    sum += term;
    if (term < sum * Number.EPSILON) break;
  }
  return sum;
}

function upperFraction(shape: number, x: number): number {
  return continuedFraction((step) => ({
    numerator: step === 1 ? 1 : -(step - 1) * (step - 1 - shape),
    denominator: x + 2 * step - 1 - shape,
  }));
}
