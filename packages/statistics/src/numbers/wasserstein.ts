import { sum } from 'simple-statistics';
import { sortedNumbers } from './checked-numbers.ts';
import { pooledBlocks } from './pooled-blocks.ts';

export interface SamplesArgs {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export interface Wasserstein {
  /** In the unit of the values, at least 0; null where a side has none. */
  readonly distance: number | null;
  /** Why it is null; null where it isn't. */
  readonly reason: string | null;
}

/**
 * How far the values of one side would have to be moved, on average, to be distributed as the other's: the area
 * between both distribution functions, the first Wasserstein or earth mover's distance. Vallender, "Calculation of
 * the Wasserstein distance between probability distributions on the line", Theory of Probability and its
 * Applications 18 (1974). Takes n log n steps.
 *
 * @throws RangeError for values that aren't finite
 */
export function wasserstein({ first, second }: SamplesArgs): Wasserstein {
  const blocks = pooledBlocks(sortedNumbers(first), sortedNumbers(second));
  if (first.length === 0 || second.length === 0) return { distance: null, reason: 'a side has no values' };
  const areas: number[] = [];
  let [i, j] = [0, 0];
  for (const [place, block] of blocks.entries()) {
    i += block.first;
    j += block.second;
    const width = (blocks[place + 1]?.value ?? block.value) - block.value;
    areas.push(width * Math.abs(i / first.length - j / second.length));
  }
  return { distance: sum(areas), reason: null };
}
