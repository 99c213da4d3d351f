import {
  chiSquareIndependence,
  fisherExact,
  kolmogorovSmirnov,
  populationStabilityIndex,
} from '@understudy/statistics';
import { percent } from '../format.ts';
import type { Scalar } from '../init/json-leaves.ts';

/** How far one feature of the requests has moved from its training values. */
export interface FeatureDrift {
  readonly feature: string;
  readonly kind: 'number' | 'class';
  /** How many values there are. */
  readonly training: number;
  readonly current: number;
  /** Population stability index; null where there is nothing to compare. */
  readonly psi: number | null;
  /** What the index exceeds in 5% of the cases where nothing has moved. */
  readonly critical: number | null;
  /** Of the Kolmogorov-Smirnov test of numbers, of the chi-square test of classes. */
  readonly pValue: number | null;
  readonly outcome: 'stable' | 'drifted' | 'inconclusive';
  /** A sentence. */
  readonly reason: string;
}

/** A smaller index is of no matter in practice, however sure it is: of millions of values everything is sure. */
const practicalMargin = 0.1;
/** Fewer values of either side can't show that nothing has moved. */
const leastValues = 1_000;
const confidence = 0.95;
const bins = 10;
/** The most frequent values of training; all others are one. */
const maxClasses = 50;

/**
 * Judges a feature: as numbers where all values of both sides are, else as classes. It has drifted where the index is above both
 * its chi-square critical value and 0.1. The index merges bins that one side lacks: a class has also drifted where more than a tenth
 * of one side's values are none of the other's, by Fisher's exact test not by chance. It is stable only with at
 * least 1,000 values on both sides.
 */
export function featureDrift(
  feature: string,
  training: readonly Scalar[],
  current: readonly Scalar[],
): FeatureDrift {
  const isNumber = (value: Scalar): value is number => typeof value === 'number';
  const found =
    training.every(isNumber) && current.every(isNumber)
      ? ofNumbers(training, current)
      : ofClasses(training.map(String), current.map(String));
  const sizes = { training: training.length, current: current.length };
  return { feature, ...sizes, ...found, ...judged(found, Math.min(sizes.training, sizes.current)) };
}

interface Found extends Pick<FeatureDrift, 'kind' | 'psi' | 'critical' | 'pValue'> {
  /** Why there is no index. */
  readonly nothing: string | null;
  /** Share of one side's values that are none of the other's, the larger one; 0 where that may be chance, and for numbers. */
  readonly foreign: number;
}

function judged(found: Found, least: number): Pick<FeatureDrift, 'outcome' | 'reason'> {
  const { psi, critical, nothing, foreign } = found;
  if (foreign > practicalMargin)
    return { outcome: 'drifted', reason: `${percent(foreign)} of one side’s values are none of the other’s` };
  if (psi === null || critical === null)
    return { outcome: 'inconclusive', reason: nothing ?? 'nothing to compare' };
  const index = `PSI ${psi.toFixed(3)}`;
  if (psi > critical && psi > practicalMargin)
    return { outcome: 'drifted', reason: `${index} is above ${practicalMargin} and ${critical.toFixed(3)}` };
  if (least < leastValues)
    return { outcome: 'inconclusive', reason: `it takes 1,000 values on both sides, here are ${least}` };
  const limit = Math.max(practicalMargin, critical);
  return { outcome: 'stable', reason: `${index} is at most ${limit.toFixed(3)}` };
}

function ofNumbers(training: readonly number[], current: readonly number[]): Found {
  const sorted = training.toSorted((a, b) => a - b);
  const quantiles = Array.from(
    { length: bins - 1 },
    (_, n) => sorted[Math.floor(((n + 1) * sorted.length) / bins)],
  );
  const edges = [...new Set(quantiles.filter((edge) => edge !== undefined))];
  const { psi, critical, reason } = populationStabilityIndex({
    reference: training,
    current,
    // With one value alone, what is below it and what isn't.
    edges: edges.length > 0 ? edges : [0],
    confidence,
  });
  const { pValue } = kolmogorovSmirnov({ first: training, second: current, method: 'asymptotic' });
  return { kind: 'number', psi, critical, pValue, nothing: reason, foreign: 0 };
}

function ofClasses(training: readonly string[], current: readonly string[]): Found {
  const counts = Map.groupBy(training, (value) => value);
  const frequent = [...counts]
    .toSorted(([a, of], [b, others]) => others.length - of.length || (a < b ? -1 : 1))
    .slice(0, maxClasses)
    .map(([value]) => value);
  const places = new Map(frequent.map((value, place) => [value, place]));
  const asPlaces = (values: readonly string[]): number[] =>
    values.map((value) => places.get(value) ?? frequent.length);
  const sides = { reference: asPlaces(training), current: asPlaces(current) };
  const edges = Array.from({ length: Math.max(1, frequent.length) }, (_, place) => place + 1);
  const { psi, critical, reason } = populationStabilityIndex({ ...sides, edges, confidence });
  const row = (values: readonly number[]): number[] => {
    const cells = Array.from({ length: frequent.length + 1 }, () => 0);
    for (const place of values) cells[place] = (cells[place] ?? 0) + 1;
    return cells;
  };
  const { pValue } = chiSquareIndependence({ table: [row(sides.reference), row(sides.current)] });
  const foreign = Math.max(foreignShare(training, current), foreignShare(current, training));
  return { kind: 'class', psi, critical, pValue, nothing: reason, foreign };
}

/** Of `values`: how many are none of `others`; 0 where that may be chance. */
function foreignShare(values: readonly string[], others: readonly string[]): number {
  if (values.length === 0 || others.length === 0) return 0;
  const known = new Set(others);
  const foreign = values.filter((value) => !known.has(value)).length;
  const { pValue } = fisherExact({
    table: [
      [foreign, values.length - foreign],
      [0, others.length],
    ],
  });
  return pValue !== null && pValue < 1 - confidence ? foreign / values.length : 0;
}
