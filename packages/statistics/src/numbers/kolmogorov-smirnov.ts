import { kolmogorovUpperTail } from '../distributions/kolmogorov.ts';
import { sortedNumbers } from './checked-numbers.ts';
import { exactKolmogorovSmirnov } from './exact-kolmogorov-smirnov.ts';
import { type Block, pooledBlocks } from './pooled-blocks.ts';

export interface KolmogorovSmirnovArgs {
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** 'exact' is refused where (n + m) · min(n, m) is above 200 million: 10,000 values against 10,000. */
  readonly method: 'asymptotic' | 'exact';
}

export interface KolmogorovSmirnov {
  /** The greatest distance of both distribution functions, in [0, 1]; null where a side has no values. */
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/** Steps of an exact p value at the most: about half a second. */
const mostSteps = 2e8;

/**
 * Whether two independent samples come from one distribution. Not for production's and a shadow's answers to the
 * same requests: on pairs it is blind (see `pairedKolmogorovSmirnov`). Kolmogorov's limit (Smirnov, Annals of
 * Mathematical Statistics 19, 1948) at √(nm/(n+m)) times the distance, or the exact probability given the ties
 * there are. Takes n log n steps, the exact one up to (n + m) · min(n, m) more.
 *
 * @throws RangeError for values that aren't finite
 */
export function kolmogorovSmirnov({ first, second, method }: KolmogorovSmirnovArgs): KolmogorovSmirnov {
  const blocks = pooledBlocks(sortedNumbers(first), sortedNumbers(second));
  const sizes = { first: first.length, second: second.length };
  const product = sizes.first * sizes.second;
  if (product === 0) return { statistic: null, pValue: null, reason: 'a side has no values' };
  const distance = greatestDistance(blocks, sizes);
  const statistic = distance / product;
  if (method === 'asymptotic') {
    const scaled = Math.sqrt(product / (sizes.first + sizes.second)) * statistic;
    return { statistic, pValue: kolmogorovUpperTail(scaled), reason: null };
  }
  if ((sizes.first + sizes.second) * Math.min(sizes.first, sizes.second) > mostSteps) {
    const reason = `no exact p value for ${sizes.first} × ${sizes.second} values: take the asymptotic one`;
    return { statistic, pValue: null, reason };
  }
  return { statistic, pValue: exactKolmogorovSmirnov(blocks, { ...sizes, distance }), reason: null };
}

/** `|i·m - j·n|` at its greatest, over the numbers i of n and j of m values up to each value: whole, so exact. */
function greatestDistance(
  blocks: readonly Block[],
  sizes: { readonly first: number; readonly second: number },
): number {
  let [i, j, greatest] = [0, 0, 0];
  for (const { first, second } of blocks) {
    i += first;
    j += second;
    greatest = Math.max(greatest, Math.abs(i * sizes.second - j * sizes.first));
  }
  return greatest;
}
