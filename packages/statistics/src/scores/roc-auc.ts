import { leastDouble } from '../distributions/least-double.ts';
import { normalQuantile } from '../distributions/normal-quantile.ts';
import { checkedNumbers } from '../numbers/checked-numbers.ts';
import { midRanks } from '../numbers/mid-ranks.ts';
import { checkedConfidence } from '../proportions/proportion.ts';

export interface RocAucArgs {
  /** 1 where it was so, else 0. */
  readonly labels: readonly number[];
  /** The greater, the more likely it was held to be; in the same order. */
  readonly scores: readonly number[];
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
}

export interface RocAuc {
  /** In [0, 1], 0.5 by chance; null where all labels, if any, are the same. */
  readonly auc: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * The area under the ROC curve: the probability that one of label 1 scores higher than one of label 0, equal scores
 * counting half. By ranks: Mann and Whitney, Annals of Mathematical Statistics 18 (1947). The interval is method 5
 * of Newcombe, "Confidence intervals for an effect size measure based on the Mann–Whitney statistic. Part 2",
 * Statistics in Medicine 25 (2006): it has a width at 0 and 1, too, and with few of one label. For one look that
 * was fixed beforehand. Takes n log n steps.
 *
 * @throws RangeError for other labels than 0 and 1, scores that aren't finite, a different number of both, or a
 *   confidence outside (0, 1)
 */
export function rocAuc({ labels, scores, confidence = 0.95 }: RocAucArgs): RocAuc {
  checkedConfidence(confidence);
  if (labels.length !== scores.length)
    throw new RangeError(`there must be as many labels as scores, got ${labels.length} and ${scores.length}`);
  if (!labels.every((label) => label === 0 || label === 1)) throw new RangeError('labels are 0 or 1');
  const { ranks } = midRanks(checkedNumbers(scores));
  let positives = 0;
  let rankSum = 0;
  for (const [place, label] of labels.entries()) {
    if (label === 0) continue;
    positives += 1;
    rankSum += ranks[place] ?? 0;
  }
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    const reason = labels.length === 0 ? 'no answer has a label' : 'undefined: all labels are the same';
    return { auc: null, lower: null, upper: null, reason };
  }
  const wins = rankSum - (positives * (positives + 1)) / 2;
  const losses = positives * negatives - wins;
  const [auc, rest] = [wins / (positives * negatives), losses / (positives * negatives)];
  const lowerEnd = lowerEndOf({ positives, negatives, confidence });
  return { auc, lower: lowerEnd(auc), upper: 1 - lowerEnd(rest), reason: null };
}

/** The least area from which the one observed is no further than the normal quantile times its standard error. */
function lowerEndOf({
  positives,
  negatives,
  confidence,
}: {
  readonly positives: number;
  readonly negatives: number;
  readonly confidence: number;
}): (auc: number) => number {
  const z = normalQuantile((1 + confidence) / 2);
  const others = (positives + negatives) / 2 - 1;
  const standardError = (area: number): number => {
    const together = 1 + others * ((1 - area) / (2 - area) + area / (1 + area));
    return Math.sqrt((area * (1 - area) * together) / (positives * negatives));
  };
  return (auc) => leastDouble((area) => auc - area <= z * standardError(area), { lower: 0, upper: auc });
}
