import type { Block } from './pooled-blocks.ts';

export interface ExactArgs {
  /** How many values the first sample has. */
  readonly first: number;
  readonly second: number;
  /** The distance observed: `|i·m - j·n|` at its greatest. */
  readonly distance: number;
}

/**
 * The probability that a random split of the pooled values into samples of these sizes has at least that distance.
 * Every split is a path through a lattice that goes one step right for a value of the first sample, one up for a
 * value of the second; its distance is looked at where a block of equal values ends, and what has reached the
 * observed one is taken out and added up. So ties cost no exactness, and small probabilities keep their digits.
 * Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958); with ties:
 * Schröer and Trenkler, "Exact and randomization distributions of Kolmogorov–Smirnov tests", Computational
 * Statistics & Data Analysis 20 (1995).
 */
export function exactKolmogorovSmirnov(blocks: readonly Block[], args: ExactArgs): number {
  // The walk keeps one number for each count of the first sample: the smaller sample makes it the shortest.
  const isSwapped = args.first > args.second;
  const n = isSwapped ? args.second : args.first;
  const m = isSwapped ? args.first : args.second;
  const isAsFar = (i: number, j: number): boolean => Math.abs(i * m - j * n) >= args.distance;
  /** The probability of having i values of the first sample by now, and never having been as far as observed. */
  const near = new Float64Array(n + 1);
  near[0] = 1;
  let reached = { from: 0, to: 0 };
  let passed = 0;
  let far = 0;
  for (const block of blocks) {
    for (let size = block.first + block.second; size > 0; size--) {
      reached = step(near, reached, { n, left: n + m - passed });
      passed += 1;
    }
    for (let i = reached.from; i <= reached.to; i++) {
      if (!isAsFar(i, passed - i)) continue;
      far += near[i] ?? 0;
      near[i] = 0;
    }
    while (reached.from < reached.to && near[reached.from] === 0) reached.from += 1;
    while (reached.to > reached.from && near[reached.to] === 0) reached.to -= 1;
  }
  return Math.min(1, far);
}

/** One more value: of the first sample with the share that is left of it. */
function step(
  near: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
  { n, left }: { readonly n: number; readonly left: number },
): { from: number; to: number } {
  const last = Math.min(n, to + 1);
  for (let i = last; i >= from; i--) {
    const stays = (near[i] ?? 0) * ((left - (n - i)) / left);
    const comes = i > from ? (near[i - 1] ?? 0) * ((n - i + 1) / left) : 0;
    near[i] = stays + comes;
  }
  return { from, to: last };
}
