import { mean, sampleCovariance, variance } from 'simple-statistics';
import { checkedPairs, isConstant } from './checked-numbers.ts';
import { beyondPrecision, type Coefficient, type PairsArgs } from './correlation.ts';

/**
 * How well pairs of numbers lie on the line on which both are equal: a shift and a factor count against it, unlike
 * in a correlation. Lin, "A concordance correlation coefficient to evaluate reproducibility", Biometrics 45 (1989).
 * Null without pairs, and where all values of both sides are one and the same. Takes n steps.
 *
 * @throws RangeError for values that aren't finite, or a different number on both sides
 */
export function concordance({ x, y }: PairsArgs): Coefficient {
  checkedPairs(x, y);
  const n = x.length;
  if (n === 0) return { coefficient: null, reason: 'no pair was compared' };
  if (isConstant([...x, ...y]))
    return { coefficient: null, reason: 'undefined: all values of both sides are one and the same' };
  // A side that is constant has no covariance, but for rounding.
  if (isConstant(x) || isConstant(y)) return { coefficient: 0, reason: null };
  const [one, other] = [[...x], [...y]];
  const covariance = (sampleCovariance(one, other) * (n - 1)) / n;
  const apart = mean(one) - mean(other);
  const coefficient = (2 * covariance) / (variance(one) + variance(other) + apart * apart);
  if (Number.isNaN(coefficient)) return { coefficient: null, reason: beyondPrecision };
  return { coefficient: Math.min(1, Math.max(-1, coefficient)), reason: null };
}
