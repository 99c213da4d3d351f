/** From where to where to look, ends included. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

const words = new DataView(new ArrayBuffer(8));
const negativeZero = -(2n ** 63n);

/**
 * The least number in floating point for which a condition holds that, once it holds, holds for all above: the exact
 * end of a bisection, in at most 65 steps whatever the range is, for the steps halve the doubles between the ends
 * rather than their distance.
 *
 * @param range its upper end is taken to satisfy the condition
 */
export function leastDouble(holds: (x: number) => boolean, { lower, upper }: Range): number {
  let below = placeOf(lower) - 1n;
  let at = placeOf(upper);
  while (at - below > 1n) {
    const middle = (below + at) >> 1n;
    if (holds(doubleAt(middle))) at = middle;
    else below = middle;
  }
  return doubleAt(at);
}

/** A double's place among all doubles, 0 at zero: its bits are in order, but for the sign. */
function placeOf(x: number): bigint {
  words.setFloat64(0, x);
  const bits = words.getBigInt64(0);
  return bits >= 0n ? bits : negativeZero - bits;
}

function doubleAt(place: bigint): number {
  words.setBigInt64(0, place >= 0n ? place : negativeZero - place);
  return words.getFloat64(0);
}
