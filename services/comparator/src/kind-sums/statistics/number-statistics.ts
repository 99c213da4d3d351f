import type { NumberPair, NumberSums, Statistic } from '@understudy/schemas-avro';
import {
  betaBinomialConfidenceSequence,
  hodgesLehmann,
  kolmogorovSmirnov,
  pairedKolmogorovSmirnov,
  signTest,
  wasserstein,
  wilcoxonSignedRank,
} from '@understudy/statistics';
import { concordanceOf, meanDifferenceOf } from '../fixed-point-sums.ts';
import { statistic } from './statistic.ts';

/** Swaps of pairs: the least p value that they can give is 1 in 200. */
const permutations = 199;
/** Any, as long as it is always the same one: then a window's p value is, too. */
const seed = 1;

export interface NumberStatisticsOptions {
  /** Of intervals, in (0, 1). */
  readonly confidence: number;
  /** Whether the random swaps are worth their time. */
  readonly withPermutations: boolean;
}

/** How numbers differ. What is told by sign is of all pairs; what the sample tells is of the pairs in it. */
export function numberStatistics(
  sums: NumberSums,
  { confidence, withPermutations }: NumberStatisticsOptions,
): readonly Statistic[] {
  const { within, higher, lower } = sums;
  const count = within + higher + lower;
  const outside = higher + lower;
  const bounds = betaBinomialConfidenceSequence({ successes: outside, trials: count, confidence });
  return [
    statistic('shareOutsideTolerance', { estimate: outside / count, ...bounds }),
    statistic('signTest', {
      estimate: (higher - lower) / count,
      ...signTest({ positive: higher, negative: lower }),
    }),
    ...(sums.outOfRange > 0
      ? outOfRangeStatistics(sums.outOfRange, withPermutations)
      : [
          ...momentStatistics(sums, count),
          ...sampleStatistics(sums.sample, { confidence, withPermutations }),
        ]),
  ];
}

const toldBySize = [
  'meanDifference',
  'concordance',
  'wilcoxonSignedRank',
  'hodgesLehmann',
  'wasserstein',
  'kolmogorovSmirnov',
] as const;

function outOfRangeStatistics(outOfRange: number, withPermutations: boolean): readonly Statistic[] {
  const pairs = outOfRange === 1 ? '1 pair has a number' : `${outOfRange} pairs have numbers`;
  const reason = `undefined: ${pairs} beyond 2^60, about 1.15e18`;
  const names = withPermutations ? ([...toldBySize, 'pairedKolmogorovSmirnov'] as const) : toldBySize;
  return names.map((name) => statistic(name, { reason }));
}

function momentStatistics({ moments }: NumberSums, count: number): readonly Statistic[] {
  const concordance = concordanceOf(moments, count);
  return [
    statistic('meanDifference', { estimate: meanDifferenceOf(moments, count) }),
    statistic('concordance', {
      estimate: concordance,
      reason: concordance === null ? 'undefined: all values of both sides are one and the same' : null,
    }),
  ];
}

function sampleStatistics(
  sample: readonly NumberPair[],
  { confidence, withPermutations }: NumberStatisticsOptions,
): readonly Statistic[] {
  const differences = sample.map(({ production, shadow, within }) => (within ? 0 : shadow - production));
  const first = sample.map(({ production }) => production);
  const second = sample.map(({ shadow }) => shadow);
  const wilcoxon = wilcoxonSignedRank({ differences });
  const { distance, reason } = wasserstein({ first, second });
  const independent = kolmogorovSmirnov({ first, second, method: 'asymptotic' });
  return [
    statistic('wilcoxonSignedRank', { estimate: wilcoxon.statistic, ...wilcoxon }),
    statistic('hodgesLehmann', hodgesLehmann({ differences, confidence })),
    statistic('wasserstein', { estimate: distance, reason }),
    statistic('kolmogorovSmirnov', { estimate: independent.statistic, ...independent }),
    ...(withPermutations ? [pairedStatistic(sample)] : []),
  ];
}

/** Pairs within tolerance are given as equal; those move nothing, so whose number stands for both is all one. */
function pairedStatistic(sample: readonly NumberPair[]): Statistic {
  const paired = pairedKolmogorovSmirnov({
    first: sample.map(({ production }) => production),
    second: sample.map(({ production, shadow, within }) => (within ? production : shadow)),
    seed,
    permutations,
  });
  return statistic('pairedKolmogorovSmirnov', { estimate: paired.statistic, ...paired });
}
