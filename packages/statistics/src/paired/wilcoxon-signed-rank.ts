import { normalTwoSidedTail } from '../distributions/normal-tail.ts';
import { checkedNumbers } from '../numbers/checked-numbers.ts';
import { midRanks } from '../numbers/mid-ranks.ts';

/** Differences of pairs, each one side's value less the other's; within tolerance they are to be given as 0. */
export interface DifferencesArgs {
  readonly differences: readonly number[];
}

export interface WilcoxonSignedRank {
  /** The lesser of both sums of ranks; null where no pair differs. */
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * Whether the differences of pairs lie symmetrically around 0. Wilcoxon, "Individual comparisons by ranking
 * methods", Biometrics Bulletin 1 (1945): zero differences are dropped, equal ones share a rank, the variance is
 * corrected for them, and the p value is the normal approximation's without correction for continuity. How large a
 * shift is, says `hodgesLehmann`. Takes n log n steps.
 *
 * @throws RangeError for differences that aren't finite
 */
export function wilcoxonSignedRank({ differences }: DifferencesArgs): WilcoxonSignedRank {
  const used = checkedNumbers(differences).filter((difference) => difference !== 0);
  const n = used.length;
  if (n === 0) {
    const reason = differences.length === 0 ? 'no pair was compared' : 'no pair differs';
    return { statistic: null, pValue: null, reason };
  }
  const { ranks, ties } = midRanks(used.map(Math.abs));
  let positive = 0;
  for (const [place, rank] of ranks.entries()) if ((used[place] ?? 0) > 0) positive += rank;
  const all = (n * (n + 1)) / 2;
  const statistic = Math.min(positive, all - positive);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  return { statistic, pValue: normalTwoSidedTail((statistic - all / 2) / Math.sqrt(variance)), reason: null };
}
