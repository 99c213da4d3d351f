import type { StatisticName } from '@understudy/domain';
import type { ScoreSums, Statistic } from '@understudy/schemas-avro';
import { betaBinomialConfidenceSequence, quantileRankBounds } from '@understudy/statistics';
import { scoreBins } from '../score-counts.ts';
import { statistic } from './statistic.ts';

/** How alike answers are: quantiles of their scores, to the width of a bin, and the share that is far off. */
export function scoreStatistics({ bins, counts }: ScoreSums, confidence: number): readonly Statistic[] {
  const count = counts.reduce((sum, each) => sum + each, 0);
  const below = counts.reduce((sum, each, place) => sum + ((bins[place] ?? 0) < scoreBins / 2 ? each : 0), 0);
  const bounds = betaBinomialConfidenceSequence({ successes: below, trials: count, confidence });
  const quantileStatistic = (name: StatisticName, quantile: number): Statistic => {
    const edgesOf = (rank: number | null): Edges | null =>
      rank === null ? null : edgesAt({ bins, counts }, rank);
    const ranks = quantileRankBounds({ count, quantile, confidence, looks: 'always' });
    const { lower, upper } = edgesAt({ bins, counts }, Math.floor(quantile * (count - 1)));
    return statistic(name, {
      estimate: (lower + upper) / 2,
      lower: edgesOf(ranks.lower)?.lower ?? null,
      upper: edgesOf(ranks.upper)?.upper ?? null,
      reason: ranks.reason,
    });
  };
  return [
    quantileStatistic('medianScore', 0.5),
    quantileStatistic('tenthPercentileScore', 0.1),
    statistic('shareOfScoresBelowHalf', { estimate: below / count, ...bounds }),
  ];
}

interface Edges {
  readonly lower: number;
  readonly upper: number;
}

/** Between which scores the score of a rank lies, the least being at rank 0. */
function edgesAt({ bins, counts }: ScoreSums, rank: number): Edges {
  let passed = 0;
  for (const [place, bin] of bins.entries()) {
    passed += counts[place] ?? 0;
    if (passed > rank) return { lower: bin / scoreBins, upper: Math.min(1, (bin + 1) / scoreBins) };
  }
  return { lower: 1, upper: 1 };
}
