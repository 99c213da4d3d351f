import type { StatisticView } from '../src/views.ts';
import { percent } from './format.ts';

/** Statistics by the names that people know them by. */

type Unit = 'share' | 'number' | 'ms';

export const statisticWords: Readonly<Record<string, { readonly says: string; readonly unit: Unit }>> = {
  cohensKappa: { says: 'Cohen’s kappa', unit: 'number' },
  gwetAC1: { says: 'Gwet’s AC1', unit: 'number' },
  stuartMaxwell: { says: 'Stuart–Maxwell: as often of each class', unit: 'number' },
  bowkerSymmetry: { says: 'Bowker: both ways alike', unit: 'number' },
  shareOutsideTolerance: { says: 'Outside tolerance', unit: 'share' },
  signTest: { says: 'Sign test: higher less lower', unit: 'share' },
  meanDifference: { says: 'Difference of means', unit: 'number' },
  concordance: { says: 'Lin’s concordance', unit: 'number' },
  wilcoxonSignedRank: { says: 'Wilcoxon signed-rank', unit: 'number' },
  hodgesLehmann: { says: 'Shift (Hodges–Lehmann)', unit: 'number' },
  wasserstein: { says: 'Wasserstein distance', unit: 'number' },
  kolmogorovSmirnov: { says: 'Kolmogorov–Smirnov, for independent samples', unit: 'number' },
  pairedKolmogorovSmirnov: { says: 'Kolmogorov–Smirnov, of pairs', unit: 'number' },
  medianScore: { says: 'Median score', unit: 'number' },
  tenthPercentileScore: { says: '10th percentile of scores', unit: 'number' },
  shareOfScoresBelowHalf: { says: 'Scores below 0.5', unit: 'share' },
  latencySignTest: { says: 'Latency, sign test: slower less faster', unit: 'share' },
  latencyMedianShift: { says: 'Latency, median shift', unit: 'ms' },
};

export interface StatisticRow {
  readonly name: string;
  readonly estimate: string;
  /** Empty where there is none, as p. */
  readonly interval: string;
  readonly p: string;
  readonly reason: string;
}

/** In text. One that this version doesn't know has the name that the record has. */
export function statisticRow(statistic: StatisticView): StatisticRow {
  const { estimate, lower, upper, pValue, reason } = statistic;
  const known = statisticWords[statistic.name];
  const written = (value: number | null): string => writtenIn(known?.unit ?? 'number', value);
  return {
    name: known?.says ?? statistic.name,
    estimate: written(estimate),
    interval: lower === null || upper === null ? '' : `${written(lower)} to ${written(upper)}`,
    p: pValue === null ? '' : probability(pValue),
    reason: reason ?? '',
  };
}

function writtenIn(unit: Unit, value: number | null): string {
  switch (unit) {
    case 'share':
      return percent(value);
    case 'ms':
      return value === null ? percent(null) : `${plain(value)} ms`;
    case 'number':
      return value === null ? percent(null) : plain(value);
  }
}

function plain(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** `0.043`, `1.6e-30` */
function probability(value: number): string {
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
