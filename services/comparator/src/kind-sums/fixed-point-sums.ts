import type { NumberMoments } from '@understudy/schemas-avro';

/** Numbers of at least this size, about 1.15e18, are not summed: sums have bounded length then. */
export const rangeLimit: number = 2 ** 60;
/** A number is summed in units of 1 / unitsInOne: those above 1/256 exactly, smaller ones cut to 18 decimal places. */
const unitsInOne = 2 ** 60;

/** Sums over pairs of numbers, of them, their squares and their products: exact, so the order of adding is all one. */
export class FixedPointSums {
  #production = 0n;
  #shadow = 0n;
  #productionSquares = 0n;
  #shadowSquares = 0n;
  #products = 0n;

  /** @param production - both of less than {@link rangeLimit} by size */
  count(production: number, shadow: number): void {
    const [ours, theirs] = [inUnits(production), inUnits(shadow)];
    this.#production += ours;
    this.#shadow += theirs;
    this.#productionSquares += ours * ours;
    this.#shadowSquares += theirs * theirs;
    this.#products += ours * theirs;
  }

  add(moments: NumberMoments): void {
    this.#production += BigInt(moments.production);
    this.#shadow += BigInt(moments.shadow);
    this.#productionSquares += BigInt(moments.productionSquares);
    this.#shadowSquares += BigInt(moments.shadowSquares);
    this.#products += BigInt(moments.products);
  }

  toRecord(): NumberMoments {
    return {
      production: String(this.#production),
      shadow: String(this.#shadow),
      productionSquares: String(this.#productionSquares),
      shadowSquares: String(this.#shadowSquares),
      products: String(this.#products),
    };
  }
}

function inUnits(value: number): bigint {
  return BigInt(Math.trunc(value * unitsInOne));
}

/** The shadow's mean less production's. @param count - pairs, at least 1 */
export function meanDifferenceOf({ production, shadow }: NumberMoments, count: number): number {
  return Number(BigInt(shadow) - BigInt(production)) / count / unitsInOne;
}

/**
 * Lin's concordance as `concordance` computes it from the pairs themselves; null where all values of both sides are one
 * and the same.
 *
 * @param count - pairs, at least 1
 */
export function concordanceOf(moments: NumberMoments, count: number): number | null {
  const n = BigInt(count);
  const [ours, theirs] = [BigInt(moments.production), BigInt(moments.shadow)];
  // Each is n² times what its name says.
  const covariance = n * BigInt(moments.products) - ours * theirs;
  const variances =
    n * (BigInt(moments.productionSquares) + BigInt(moments.shadowSquares)) - ours * ours - theirs * theirs;
  const spread = variances + (ours - theirs) ** 2n;
  return spread === 0n ? null : shareOf(2n * covariance, spread);
}

/** `part / whole` to the precision of a double, for a part of at most the whole. */
function shareOf(part: bigint, whole: bigint): number {
  const bits = 64n;
  return Number((part << bits) / whole) / 2 ** Number(bits);
}
