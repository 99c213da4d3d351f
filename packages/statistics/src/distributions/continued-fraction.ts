/** Step n of a continued fraction `n1/(d1 + n2/(d2 + …))`. */
export interface FractionStep {
  readonly numerator: number;
  readonly denominator: number;
}

/** Where a denominator vanishes by rounding, the next step makes up for it. */
const almostZero = 1e-300;
/** Enough for a beta distribution with shapes of 1e10; each step costs some nanoseconds. */
const maxSteps = 1_000_000;

/**
 * The value of a continued fraction, steps counted from 1. Lentz's method as modified by Thompson and Barnett,
 * "Coulomb and Bessel functions of complex arguments and order", Journal of Computational Physics 64 (1986).
 *
 * @throws RangeError where it hasn't converged after a million steps
 */
export function continuedFraction(stepAt: (step: number) => FractionStep): number {
  let value = almostZero;
  let above = almostZero;
  let below = 0;
  for (let step = 1; step <= maxSteps; step++) {
    const { numerator, denominator } = stepAt(step);
    below = 1 / kept(denominator + numerator * below);
    above = kept(denominator + numerator / above);
    const factor = above * below;
    value *= factor;
    if (Math.abs(factor - 1) < Number.EPSILON) return value;
  }
  throw new RangeError(
    `a tail probability did not converge in ${maxSteps} steps: counts are too large for it`,
  );
}

function kept(x: number): number {
  return Math.abs(x) < almostZero ? almostZero : x;
}
