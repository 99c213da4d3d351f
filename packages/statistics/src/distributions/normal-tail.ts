import { upperIncompleteGamma } from './incomplete-gamma.ts';

/** The probability that a standard normal variable is further from 0 than z, on either side. */
export function normalTwoSidedTail(z: number): number {
  return upperIncompleteGamma(1 / 2, (z * z) / 2);
}
