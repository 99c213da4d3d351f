import { pearson } from '../numbers/pearson.ts';
import { rocAuc } from './roc-auc.ts';

export interface FeatureAssociationArgs {
  /** A number of each compared request. */
  readonly values: readonly number[];
  /** Whether its answers differ, in the same order. */
  readonly diverged: readonly boolean[];
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
}

/** Unsigned: how much a feature tells, not in which direction. */
export interface FeatureAssociation {
  /** `|2 · AUC - 1|`, in [0, 1]: 0 tells nothing, 1 all. Null where all requests, or none, diverged. */
  readonly strength: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Pearson's correlation of the feature with divergence, in [-1, 1]; null where the feature is constant, too. */
  readonly correlation: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * How much a request's feature has to do with whether the answers to it differ: by the ranks of the feature,
 * diverging against agreeing requests, with the interval of `rocAuc`. The correlation stands beside it, and can't
 * be read as strength: where 1% diverge, a normal feature's can't exceed 0.27, whatever the cause. Takes n log n
 * steps.
 *
 * @throws RangeError for values that aren't finite, a different number of both, or a confidence outside (0, 1)
 */
export function featureAssociation(args: FeatureAssociationArgs): FeatureAssociation {
  const { values, diverged, confidence = 0.95 } = args;
  const labels = diverged.map(Number);
  const { auc, lower, upper } = rocAuc({ labels, scores: values, confidence });
  if (auc === null || lower === null || upper === null) {
    const reason =
      values.length === 0 ? 'no request was compared' : 'undefined: all requests, or none, diverged';
    return { strength: null, lower: null, upper: null, correlation: null, reason };
  }
  const [from, to] = [2 * lower - 1, 2 * upper - 1];
  const isNoneIncluded = from <= 0 && to >= 0;
  const { coefficient, reason } = pearson({ x: values, y: labels });
  return {
    strength: Math.abs(2 * auc - 1),
    lower: isNoneIncluded ? 0 : Math.min(Math.abs(from), Math.abs(to)),
    upper: Math.max(Math.abs(from), Math.abs(to)),
    correlation: coefficient,
    reason: coefficient === null ? `no correlation: ${reason}` : null,
  };
}
