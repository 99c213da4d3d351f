import { betaBinomialConfidenceSequence } from '@understudy/statistics';
import type { IntervalView, LabelsView } from '../views.ts';
import { type LabelCounts, labelledOf } from './label-counts.ts';

/** How often each side was right, on the same pairs; null before the first label. */
export function labelsView(counts: LabelCounts, confidence: number): LabelsView | null {
  const labelled = labelledOf(counts);
  if (labelled === 0) return null;
  const share = (right: number): IntervalView => {
    const bounds = betaBinomialConfidenceSequence({ successes: right, trials: labelled, confidence });
    return { estimate: right / labelled, ...bounds };
  };
  return {
    labelled,
    production: share(counts.bothRight + counts.productionOnly),
    shadow: share(counts.bothRight + counts.shadowOnly),
  };
}
