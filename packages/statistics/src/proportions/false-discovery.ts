export interface FalseDiscoveryArgs {
  /** In [0, 1]; null for a test that has none, which is carried on and doesn't count. */
  readonly pValues: readonly (number | null)[];
}

export interface AdjustedPValues {
  /** In the order of the p values, in [0, 1]. */
  readonly adjusted: readonly (number | null)[];
}

/**
 * P values of many tests, adjusted so that of those at most q a share of at most q is expected to be false
 * discoveries. Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical
 * Society B 57 (1995). For tests that are independent or move together, such as segments that don't overlap: else
 * see `benjaminiYekutieli`. Takes n log n steps.
 *
 * @throws RangeError for a p value outside [0, 1]
 */
export function benjaminiHochberg(args: FalseDiscoveryArgs): AdjustedPValues {
  return stepUp(args, () => 1);
}

/**
 * As `benjaminiHochberg`, whatever the tests have to do with each other: segments that overlap, say. Every p value
 * grows by 1 + 1/2 + … + 1/n. Benjamini and Yekutieli, "The control of the false discovery rate in multiple testing
 * under dependency", Annals of Statistics 29 (2001).
 *
 * @throws RangeError for a p value outside [0, 1]
 */
export function benjaminiYekutieli(args: FalseDiscoveryArgs): AdjustedPValues {
  return stepUp(args, (tests) =>
    Array.from({ length: tests }).reduce<number>((sum, _, k) => sum + 1 / (k + 1), 0),
  );
}

function stepUp({ pValues }: FalseDiscoveryArgs, penaltyOf: (tests: number) => number): AdjustedPValues {
  const ranked = pValues
    .flatMap((pValue, place) => (pValue === null ? [] : [{ pValue, place }]))
    .sort((a, b) => a.pValue - b.pValue);
  const penalty = penaltyOf(ranked.length);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let least = 1;
  for (const [rank, { pValue, place }] of [...ranked.entries()].reverse()) {
    if (!(pValue >= 0 && pValue <= 1)) throw new RangeError(`a p value lies in [0, 1], got ${pValue}`);
    least = Math.min(least, pValue * ((ranked.length * penalty) / (rank + 1)));
    adjusted[place] = least;
  }
  return { adjusted };
}
