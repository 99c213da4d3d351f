import { gammaln } from 'simple-statistics';

/** From here on four terms of Stirling's series are exact to 1e-13. */
const stirlingFrom = 16;

/**
 * `ln x! - (x ln x - x)`, for any real x of at least 0: what the factorial has beyond its leading terms. With
 * logarithms of factorials written by it, the terms that grow with x cancel on paper instead of in floating point.
 */
export function factorialExcess(x: number): number {
  if (x === 0) return 0;
  if (x < stirlingFrom) return gammaln(x + 1) - x * Math.log(x) + x;
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / x;
  return Math.log(2 * Math.PI * x) / 2 + series;
}
