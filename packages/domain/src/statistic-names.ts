/** What a window can tell of both sides' answers to the same requests: the closed list, in the order of its records. */
export const statisticNames = [
  'cohensKappa',
  'gwetAC1',
  'stuartMaxwell',
  'bowkerSymmetry',
  'shareOutsideTolerance',
  'signTest',
  'meanDifference',
  'concordance',
  'wilcoxonSignedRank',
  'hodgesLehmann',
  'wasserstein',
  'kolmogorovSmirnov',
  'pairedKolmogorovSmirnov',
  'medianScore',
  'tenthPercentileScore',
  'shareOfScoresBelowHalf',
  'latencySignTest',
  'latencyMedianShift',
] as const;

export type StatisticName = (typeof statisticNames)[number];
