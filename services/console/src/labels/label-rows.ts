import { readTruth } from '@understudy/comparison';
import type { Label } from '@understudy/schemas-avro';
import type { StoreRows } from '../store/store-records.ts';
import type { LabelledExperiment } from './judged-pairs.ts';
import type { LabelMetrics } from './label-metrics.ts';

/** What is stored of a label: nothing where no answer of its experiment could be what it says. */
export function labelRows(
  { value, ...label }: Label,
  given: {
    /** When it was appended, ms since the epoch. */
    readonly logTime: number;
    readonly experiments: ReadonlyMap<string, LabelledExperiment>;
    readonly metrics: Pick<LabelMetrics, 'unusable'>;
  },
): StoreRows {
  const experiment = given.experiments.get(label.experiment);
  if (experiment === undefined) return { kind: 'nothing' };
  const truth = readTruth(experiment.plan, value);
  if (truth !== null) return { kind: 'label', label: { ...label, truth, logTime: given.logTime } };
  given.metrics.unusable.inc({ experiment: label.experiment });
  return { kind: 'nothing' };
}
