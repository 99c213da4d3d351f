import { type QuantileRankArgs, quantileRankBounds } from './quantile-rank-bounds.ts';
import type { QuantileSketch } from './quantile-sketch.ts';

export interface QuantileBoundsArgs extends Omit<QuantileRankArgs, 'count'> {
  readonly sketch: QuantileSketch;
}

export interface QuantileBounds {
  /** In ms, within 1%; null without values. */
  readonly estimate: number | null;
  /** In ms; null with too few values. */
  readonly lower: number | null;
  /** In ms; null with too few values, and where too many were never answered. */
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * Bounds of a quantile of latencies: those of its rank, read off the sketch and widened by its error, to the edges
 * of the bins that hold the two ranks. A request that was never answered, added as Infinity, ranks above every
 * answer.
 *
 * @throws RangeError for a quantile or confidence outside (0, 1)
 */
export function quantileBounds({ sketch, ...args }: QuantileBoundsArgs): QuantileBounds {
  const estimate = sketch.quantile(args.quantile);
  const ranks = quantileRankBounds({ ...args, count: sketch.count });
  const lower = ranks.lower === null ? null : sketch.edgesAt(ranks.lower).lower;
  const upper = ranks.upper === null ? null : sketch.edgesAt(ranks.upper).upper;
  if (upper !== Infinity) return { estimate, lower, upper, reason: ranks.reason };
  const reason = 'no upper bound: it is beyond a day, or never answered';
  return { estimate, lower, upper: null, reason: ranks.reason ?? reason };
}
