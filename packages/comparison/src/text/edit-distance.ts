import { ItemMasks } from './item-masks.ts';
import { withoutSharedEnds } from './shared-ends.ts';

/**
 * Levenshtein's distance: the fewest items to put in, take out or replace to make one list of the other.
 *
 * Bit-parallel (Myers 1999, in the form of Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
 * distances", 2003): 32 cells of the table are one step, so it takes `a.length * b.length / 32` steps.
 */
export function editDistance<Item>(a: readonly Item[], b: readonly Item[]): number {
  const middle = withoutSharedEnds(a, b);
  if (middle.a.length === 0) return middle.b.length;
  const masks = new ItemMasks(middle.a, 32);
  const column = { rises: new Int32Array(masks.length).fill(-1), falls: new Int32Array(masks.length) };
  const noMatch = new Int32Array(masks.length);
  const lastBit = 1 << ((middle.a.length - 1) & 31);
  let distance = middle.a.length;
  for (const item of middle.b) distance += advance(column, masks.of(item) ?? noMatch, lastBit);
  return distance;
}

/** A column of the table as its steps downwards: a bit says where the distance grows by one, or falls by one. */
interface Column {
  readonly rises: Int32Array;
  readonly falls: Int32Array;
}

/**
 * One column to the right, block by block.
 *
 * @returns the step of the distance in the cell at the bottom, whose bit is `lastBit` of the last block: 1, 0 or -1
 */
function advance({ rises, falls }: Column, matches: Int32Array, lastBit: number): number {
  const { length } = rises;
  let step = 1;
  for (let block = 0; block < length; block++) {
    const rise = rises[block] ?? 0;
    const fall = falls[block] ?? 0;
    const match = matches[block] ?? 0;
    const fromAbove = step < 0 ? 1 : 0;
    const vertical = match | fall;
    const matchBelow = match | fromAbove;
    const horizontal = ((((matchBelow & rise) + rise) | 0) ^ rise) | matchBelow;
    const stepUp = fall | ~(horizontal | rise);
    const stepDown = rise & horizontal;
    const shiftedUp = (stepUp << 1) | (step > 0 ? 1 : 0);
    rises[block] = (stepDown << 1) | fromAbove | ~(vertical | shiftedUp);
    falls[block] = shiftedUp & vertical;
    const bottom = block === length - 1 ? lastBit : 1 << 31;
    step = (stepUp & bottom) !== 0 ? 1 : (stepDown & bottom) !== 0 ? -1 : 0;
  }
  return step;
}
