/**
 * Kendall's tau of two orders of the same items: of all pairs, the share in the same order less the share in the opposite
 * one, in [-1, 1]. Null for fewer than two items. Compares all pairs.
 *
 * @param ranks - of each item of the first order, in that order, its rank in the second one; each rank once
 */
export function kendallTau(ranks: readonly number[]): number | null {
  const pairs = (ranks.length * (ranks.length - 1)) / 2;
  if (pairs === 0) return null;
  let opposite = 0;
  for (const [index, rank] of ranks.entries()) {
    for (let later = index + 1; later < ranks.length; later++) {
      if ((ranks[later] ?? 0) < rank) opposite++;
    }
  }
  return 1 - (2 * opposite) / pairs;
}
