import { leastDouble } from './least-double.ts';
import { upperIncompleteGamma } from './incomplete-gamma.ts';

/** The probability that a chi-square variable is above x. */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return upperIncompleteGamma(degreesOfFreedom / 2, x / 2);
}

/** The least x that a chi-square variable is above with a probability of at most `alpha`, in (0, 1). */
export function chiSquareCritical(alpha: number, degreesOfFreedom: number): number {
  // Beyond it the tail is below alpha: Laurent and Massart, Annals of Statistics 28 (2000), lemma 1.
  const upper = 4 * (degreesOfFreedom - Math.log(alpha)) + 4;
  return leastDouble((x) => chiSquareUpperTail(x, degreesOfFreedom) <= alpha, { lower: 0, upper });
}
