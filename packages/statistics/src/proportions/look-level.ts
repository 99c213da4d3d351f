/**
 * The level at which a number without a confidence sequence is judged at a declared look, so that all looks
 * together, however many there will be, stay within alpha: `alpha / (look · (look + 1))`, which sums to alpha. Half
 * of alpha is spent at the first look, a sixth at the second.
 *
 * @throws RangeError for an alpha outside (0, 1), or a look that isn't a whole number of at least 1
 */
export function lookLevel({ alpha, look }: { readonly alpha: number; readonly look: number }): number {
  if (!(alpha > 0 && alpha < 1))
    throw new RangeError(`alpha must be strictly between 0 and 1, such as 0.05; got ${alpha}`);
  if (!(Number.isSafeInteger(look) && look >= 1))
    throw new RangeError(`looks are counted from 1, got ${look}`);
  return alpha / (look * (look + 1));
}
