/**
 * Intervals, tests, distances, sketches and detectors. Pure: no I/O, nothing of ours imported.
 *
 *     const counted = { successes: 190, trials: 200, confidence: 0.95 };
 *     wilsonInterval(counted); // { lower: 0.910…, upper: 0.972… }: one look, fixed beforehand
 *     betaBinomialConfidenceSequence(counted); // { lower: 0.876…, upper: 0.987… }: any number of looks
 *
 *     signTest({ positive: 100, negative: 0 }); // { pValue: 1.57…e-30, reason: null }
 *     cohensKappa({ confusion: [[50, 0], [0, 0]] }); // { kappa: null, …, reason: 'undefined: every answer …' }
 *
 *     const latencies = new QuantileSketch();
 *     latencies.add(12.5);
 *     latencies.quantile(0.99); // 12.5…, within 1%
 *
 *     let evidence = 0; // that more than 5% of the trials are events; looked at window after window
 *     evidence = rateEvidence({ before: evidence, events: 12, trials: 100, limit: 0.05, side: 'above' });
 *     evidence >= alarmEvidence(1000); // true: no more than one false alarm in 1,000 windows on average
 *
 * `null` means undefined, and is carried on as that, with a reason: never 0, 1 or NaN in its place. Where two sides
 * are compared, swapping them negates what has a sign and leaves the rest as it is.
 */
export { bowkerSymmetry } from './classes/bowker-symmetry.ts';
export type { AgreementArgs } from './classes/chance-corrected-agreement.ts';
export { chiSquareIndependence } from './classes/chi-square-independence.ts';
export type { ChiSquareTest } from './classes/chi-square-test.ts';
export {
  type ClassScore,
  classScores,
  type ClassScoresArgs,
  type CountedAnswers,
} from './classes/class-scores.ts';
export {
  type ClassificationArgs,
  type ClassificationScores,
  classificationScores,
} from './classes/classification-scores.ts';
export { type CohensKappa, cohensKappa } from './classes/cohens-kappa.ts';
export { fisherExact } from './classes/fisher-exact.ts';
export { type GwetAC1, gwetAC1 } from './classes/gwet-ac1.ts';
export { type McnemarArgs, mcnemarExact } from './classes/mcnemar-exact.ts';
export { stuartMaxwell } from './classes/stuart-maxwell.ts';
export type { Table } from './classes/table.ts';
export { alarmEvidence, rateEvidence, type RateEvidenceArgs } from './detectors/rate-detector.ts';
export type { PValue } from './distributions/p-value.ts';
export { concordance } from './numbers/concordance.ts';
export type { Coefficient, PairsArgs } from './numbers/correlation.ts';
export {
  type KolmogorovSmirnov,
  type KolmogorovSmirnovArgs,
  kolmogorovSmirnov,
} from './numbers/kolmogorov-smirnov.ts';
export { type Pearson, pearson } from './numbers/pearson.ts';
export {
  type PopulationStability,
  type PopulationStabilityArgs,
  populationStabilityIndex,
} from './numbers/population-stability-index.ts';
export { type RegressionArgs, type RegressionScores, regressionScores } from './numbers/regression-scores.ts';
export { spearman } from './numbers/spearman.ts';
export { type SamplesArgs, type Wasserstein, wasserstein } from './numbers/wasserstein.ts';
export { type HodgesLehmann, type HodgesLehmannArgs, hodgesLehmann } from './paired/hodges-lehmann.ts';
export {
  type PairedKolmogorovSmirnov,
  type PairedKolmogorovSmirnovArgs,
  pairedKolmogorovSmirnov,
} from './paired/paired-kolmogorov-smirnov.ts';
export { signTest, type SignTestArgs } from './paired/sign-test.ts';
export {
  type DifferencesArgs,
  type WilcoxonSignedRank,
  wilcoxonSignedRank,
} from './paired/wilcoxon-signed-rank.ts';
export {
  concentration,
  type ConcentrationArgs,
  type SegmentConcentration,
  type SegmentCounts,
} from './proportions/concentration.ts';
export { betaBinomialConfidenceSequence, type ConfidenceBounds } from './proportions/confidence-sequence.ts';
export {
  type AdjustedPValues,
  benjaminiHochberg,
  benjaminiYekutieli,
  type FalseDiscoveryArgs,
} from './proportions/false-discovery.ts';
export { lookLevel } from './proportions/look-level.ts';
export {
  pairedDifferenceSequence,
  type PairedSequence,
  type PairedSequenceArgs,
} from './proportions/paired-difference-sequence.ts';
export {
  pairedProportionDifference,
  type PairedProportionArgs,
  type PairedProportionDifference,
} from './proportions/paired-proportion-difference.ts';
export type { ProportionArgs } from './proportions/proportion.ts';
export {
  requestsStillNeeded,
  type StillNeeded,
  type StillNeededArgs,
} from './proportions/requests-still-needed.ts';
export { type RateCounts, type ShrunkenRate, shrunkenRates } from './proportions/shrunken-rates.ts';
export { type Interval, wilsonInterval } from './proportions/wilson-interval.ts';
export {
  calibration,
  type Calibration,
  type CalibrationArgs,
  type CalibrationBin,
} from './scores/calibration.ts';
export {
  type FeatureAssociation,
  type FeatureAssociationArgs,
  featureAssociation,
} from './scores/feature-association.ts';
export { type RocAuc, type RocAucArgs, rocAuc } from './scores/roc-auc.ts';
export { BottomKSample, type BottomKOptions, type SampledItem } from './sketches/bottom-k-sample.ts';
export { type QuantileBounds, quantileBounds, type QuantileBoundsArgs } from './sketches/quantile-bounds.ts';
export {
  type QuantileRankArgs,
  quantileRankBounds,
  type QuantileRanks,
} from './sketches/quantile-rank-bounds.ts';
export { QuantileSketch, type SketchBins, sketchRelativeError } from './sketches/quantile-sketch.ts';
