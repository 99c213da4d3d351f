import type { SegmentSums, Statistic } from '@understudy/schemas-avro';
import { classStatistics } from './class-statistics.ts';
import { latencyStatistics } from './latency-statistics.ts';
import { numberStatistics } from './number-statistics.ts';
import { scoreStatistics } from './score-statistics.ts';

/**
 * What can be told of both sides' answers to the same requests: by the kind of comparison, and of latencies. A pure
 * function of the sums. Swapping the sides negates what has a sign, and leaves the rest as it is.
 *
 * @param sums - random swaps of pairs are made for those of the whole lane only: they take the most time
 * @param confidence - of intervals, in (0, 1)
 */
export function statisticsOf(
  { segment, outputs, latencyShift }: Pick<SegmentSums, 'segment' | 'outputs' | 'latencyShift'>,
  confidence: number,
): readonly Statistic[] {
  const { classes = null, numbers = null, scores = null } = outputs ?? {};
  return [
    ...(classes === null ? [] : classStatistics(classes, confidence)),
    ...(numbers === null
      ? []
      : numberStatistics(numbers, { confidence, withPermutations: segment === null })),
    ...(scores === null ? [] : scoreStatistics(scores, confidence)),
    ...(latencyShift === null ? [] : latencyStatistics(latencyShift, confidence)),
  ];
}
