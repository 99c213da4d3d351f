import { ItemMasks } from './item-masks.ts';
import { withoutSharedEnds } from './shared-ends.ts';

/**
 * The length of the longest common subsequence of two lists.
 *
 * Bit-parallel (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004): 30 cells of the dynamic-programming
 * table are one addition, so it takes `a.length * b.length / 30` steps, and memory for `a` alone.
 */
export function longestCommonSubsequence<Item>(a: readonly Item[], b: readonly Item[]): number {
  const middle = withoutSharedEnds(a, b);
  return middle.shared + lengthOf(middle.a, middle.b);
}

/** Bits of a word in use: the sum of two words and a carry is then an integer of 31 bits, which is the fastest there is. */
const wordBits = 30;
const allBits = 2 ** wordBits - 1;

function lengthOf<Item>(a: readonly Item[], b: readonly Item[]): number {
  const masks = new ItemMasks(a, wordBits);
  // A bit that is 0 stands for a step of the table's row: there the length grows by one.
  const row = new Int32Array(masks.length).fill(allBits);
  for (const item of b) {
    const match = masks.of(item);
    if (match !== null) advance(row, match);
  }
  return zeroBits(row, a.length);
}

/** One row of the table further. */
function advance(row: Int32Array, match: Int32Array): void {
  const { length } = row;
  let carry = 0;
  for (let word = 0; word < length; word++) {
    const bits = row[word] ?? 0;
    const hits = bits & (match[word] ?? 0);
    const sum = (bits + hits + carry) | 0;
    carry = sum >>> wordBits;
    row[word] = (sum & allBits) | (bits & ~hits);
  }
}

function zeroBits(row: Int32Array, length: number): number {
  let zeros = 0;
  for (let place = 0; place < length; place++) {
    const word = Math.trunc(place / wordBits);
    if (((row[word] ?? 0) & (1 << (place - word * wordBits))) === 0) zeros++;
  }
  return zeros;
}
