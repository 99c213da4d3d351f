import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { checkedPairs, sortedNumbers } from '../numbers/checked-numbers.ts';

export interface PairedKolmogorovSmirnovArgs {
  /** The one side's values; those of pairs within tolerance are to be given as equal. */
  readonly first: readonly number[];
  /** The other side's, of the same requests in the same order. */
  readonly second: readonly number[];
  /** A whole number; anything that doesn't know which side is which, such as a hash of the lane. */
  readonly seed: number;
  /** How often the pairs are swapped at random. Default 1,999: no p value is below 1 in 2,000. */
  readonly permutations?: number;
}

export interface PairedKolmogorovSmirnov {
  /** The greatest distance of both distribution functions, in [0, 1]; null without pairs. */
  readonly statistic: number | null;
  /** `(1 + b) / (1 + B)`, where b of B permutations have at least that distance. */
  readonly pValue: number | null;
  /** B. */
  readonly permutations: number;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/** The pairs that differ, by the places of their values among all that occur, in the order of these. */
interface DifferingPairs {
  readonly lesser: Int32Array;
  readonly greater: Int32Array;
  /** 1 where the first side has the lesser value, else -1. */
  readonly sides: Int8Array;
}

/**
 * Whether two sides' values of the same requests have one distribution: by how far the distribution functions are
 * apart, against what they are where in every pair the values are given to the sides by a coin. Unlike the test for
 * independent samples it sees a few pairs that all move one way. Romano, "Bootstrap and randomization tests of some
 * nonparametric hypotheses", Annals of Statistics 17 (1989). A coin says where the lesser value goes, and pairs are
 * taken in the order of their values, so neither swapping the sides nor the order of pairs changes the result.
 * Takes n log n steps, and as many as there are pairs for each permutation.
 *
 * @throws RangeError for values that aren't finite, a different number on both sides, or less than one permutation
 */
export function pairedKolmogorovSmirnov(args: PairedKolmogorovSmirnovArgs): PairedKolmogorovSmirnov {
  const { first, second, seed, permutations = 1_999 } = args;
  checkedPairs(first, second);
  if (!(Number.isSafeInteger(permutations) && permutations >= 1))
    throw new RangeError(`permutations must be a whole number of at least 1, got ${permutations}`);
  if (first.length === 0)
    return { statistic: null, pValue: null, permutations, reason: 'no pair was compared' };
  const places = placesOf(sortedNumbers([...first, ...second]));
  const pairs = differingPairs({ first, second, places });
  const balance = new Int32Array(places.size);
  const observed = distanceOf(pairs, balance);
  const coins = xoroshiro128plus(seed);
  const swapped = { ...pairs, sides: new Int8Array(pairs.sides.length) };
  let asFar = 0;
  for (let permutation = 0; permutation < permutations; permutation++) {
    throwCoins(swapped.sides, coins);
    if (distanceOf(swapped, balance) >= observed) asFar += 1;
  }
  return {
    statistic: observed / first.length,
    pValue: (1 + asFar) / (1 + permutations),
    permutations,
    reason: null,
  };
}

/** The place of each value that occurs, rising. */
function placesOf(sorted: Float64Array): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const value of sorted) if (!places.has(value)) places.set(value, places.size);
  return places;
}

function differingPairs({
  first,
  second,
  places,
}: {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly places: ReadonlyMap<number, number>;
}): DifferingPairs {
  const placeOf = (value: number | undefined): number => places.get(value ?? 0) ?? 0;
  const pairs = first
    .map((value, place) => ({ one: placeOf(value), other: placeOf(second[place]) }))
    .filter(({ one, other }) => one !== other)
    .map(({ one, other }) => ({
      lesser: Math.min(one, other),
      greater: Math.max(one, other),
      side: one < other ? 1 : -1,
    }))
    .sort((a, b) => a.lesser - b.lesser || a.greater - b.greater);
  return {
    lesser: Int32Array.from(pairs, ({ lesser }) => lesser),
    greater: Int32Array.from(pairs, ({ greater }) => greater),
    sides: Int8Array.from(pairs, ({ side }) => side),
  };
}

/** How many more values of one side than of the other are at most some value, at the greatest, either way. */
function distanceOf({ lesser, greater, sides }: DifferingPairs, balance: Int32Array): number {
  balance.fill(0);
  for (let pair = 0; pair < sides.length; pair++) {
    const side = sides[pair] ?? 0;
    const from = lesser[pair] ?? 0;
    const to = greater[pair] ?? 0;
    balance[from] = (balance[from] ?? 0) + side;
    balance[to] = (balance[to] ?? 0) - side;
  }
  let sum = 0;
  let greatest = 0;
  for (let place = 0; place < balance.length; place++) {
    sum += balance[place] ?? 0;
    greatest = Math.max(greatest, Math.abs(sum));
  }
  return greatest;
}

/** Every side by a coin: one of the 32 bits of a random number each. */
function throwCoins(sides: Int8Array, coins: RandomGenerator): void {
  let bits = 0;
  for (let pair = 0; pair < sides.length; pair++) {
    bits = pair % 32 === 0 ? coins.next() : bits >>> 1;
    sides[pair] = 2 * (bits & 1) - 1;
  }
}
