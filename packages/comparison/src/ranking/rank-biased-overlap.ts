/**
 * Rank-biased overlap, extrapolated: Webber, Moffat, Zobel, "A similarity measure for indefinite rankings", 2010,
 * equation 32, also for lists of different lengths. In [0, 1]; 0 where a list is empty.
 *
 * @param a - items, the best first, each once; so is `b`
 * @param persistence - the chance that a reader who has seen one rank looks at the next, between 0 and 1: the higher it
 * is, the more lower ranks weigh
 */
export function rankBiasedOverlap<Item>(a: readonly Item[], b: readonly Item[], persistence: number): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const [s, l] = [short.length, long.length];
  if (s === 0) return 0;
  const overlaps = overlapsByDepth(short, long);
  const atShort = overlaps[s - 1] ?? 0;
  const atLong = overlaps[l - 1] ?? 0;
  let sum = 0;
  let weight = 1;
  for (const [index, overlap] of overlaps.entries()) {
    const depth = index + 1;
    weight *= persistence;
    // Beyond the shorter list's end its agreement is taken to go on.
    const extrapolated = depth > s ? (atShort * (depth - s)) / s : 0;
    sum += ((overlap + extrapolated) / depth) * weight;
  }
  const rest = ((atLong - atShort) / l + atShort / s) * weight;
  return Math.min(1, ((1 - persistence) / persistence) * sum + rest);
}

/** How many items the first 1, 2, 3, … ranks have in common. */
function overlapsByDepth<Item>(short: readonly Item[], long: readonly Item[]): readonly number[] {
  const seenInShort = new Set<Item>();
  const seenInLong = new Set<Item>();
  let overlap = 0;
  return long.map((item, index) => {
    seenInLong.add(item);
    const other = short[index];
    if (index < short.length) {
      seenInShort.add(other as Item);
      if (other !== item && seenInLong.has(other as Item)) overlap++;
    }
    if (seenInShort.has(item)) overlap++;
    return overlap;
  });
}
