/**
 * Intervals, sketches and detectors. Pure: no I/O, nothing of ours imported.
 *
 *     const counted = { successes: 190, trials: 200, confidence: 0.95 };
 *     wilsonInterval(counted); // { lower: 0.910…, upper: 0.972… }: one look, fixed beforehand
 *     betaBinomialConfidenceSequence(counted); // { lower: 0.876…, upper: 0.987… }: any number of looks
 *
 *     const latencies = new QuantileSketch();
 *     latencies.add(12.5);
 *     latencies.quantile(0.99); // 12.5…, within 1%
 *
 *     let evidence = 0; // that more than 5% of the trials are events; looked at window after window
 *     evidence = rateEvidence({ before: evidence, events: 12, trials: 100, limit: 0.05, side: 'above' });
 *     evidence >= alarmEvidence(1000); // true: no more than one false alarm in 1,000 windows on average
 *
 * `null` means undefined, and is carried on as that: never 0, 1 or NaN in its place.
 */
export { betaBinomialConfidenceSequence, type ConfidenceBounds } from './proportions/confidence-sequence.ts';
export type { ProportionArgs } from './proportions/proportion.ts';
export { QuantileSketch, type SketchBins, sketchRelativeError } from './sketches/quantile-sketch.ts';
export { alarmEvidence, rateEvidence, type RateEvidenceArgs } from './detectors/rate-detector.ts';
export { type Interval, wilsonInterval } from './proportions/wilson-interval.ts';
