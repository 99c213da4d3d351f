import type { JsonPointer } from '../json/json-pointer.ts';
import type { Location } from '../json/location.ts';
import {
  ComparisonOptionError,
  locationOption,
  pointerOption,
  shareOption,
  wholeNumberOption,
} from '../options.ts';
import type { RankingMetric, RankingMetricOptions } from '../ranking/ranking-similarity.ts';

/** Lists, the best first, must be alike. */
export interface RankingOptions {
  readonly kind: 'ranking';
  /** Where the list is. */
  readonly items: string;
  /** JSON Pointer, in an item, to what identifies it: a string, number or boolean; default: the item itself. */
  readonly id?: string;
  /** Default `rbo`. */
  readonly metric?: RankingMetric;
  /** How many items count from the top, 1 to 1,000; default 10. */
  readonly depth?: number;
  /** Of `rbo`, between 0 and 1; default 0.9. */
  readonly persistence?: number;
  /** The least score of lists that agree, above 0 and up to 1; default 0.9. */
  readonly minimum?: number;
}

export interface RankingPlan extends RankingMetricOptions {
  readonly kind: 'ranking';
  readonly items: Location;
  readonly id: JsonPointer;
  readonly depth: number;
  readonly minimum: number;
}

/** Kendall's tau looks at every pair of items. */
export const maxRankingDepth = 1000;

export function rankingPlan({ items, id, metric, depth, persistence, minimum }: RankingOptions): RankingPlan {
  return {
    kind: 'ranking',
    items: locationOption('items', items),
    id: pointerOption('id', id ?? ''),
    metric: metric ?? 'rbo',
    depth: wholeNumberOption('depth', depth ?? 10, maxRankingDepth),
    persistence: persistenceOption(persistence ?? 0.9),
    minimum: shareOption('minimum', minimum ?? 0.9),
  };
}

function persistenceOption(value: number): number {
  if (value > 0 && value < 1) return value;
  throw new ComparisonOptionError('persistence', `must be a number between 0 and 1, got ${value}`);
}
