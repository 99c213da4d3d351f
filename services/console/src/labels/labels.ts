import { type ComparisonPlan, compileComparison, readTruth } from '@understudy/comparison';
import type { ExperimentConfig } from '@understudy/config';
import { laneName, laneOf } from '@understudy/domain';
import type { AgreeingPairs, Comparison, Label } from '@understudy/schemas-avro';
import type { LabelMetrics } from './label-metrics.ts';
import { type LabelledAccuracy, LaneLabels } from './lane-labels.ts';

interface Experiment {
  readonly plan: ComparisonPlan;
  readonly confidence: number;
  readonly lanes: Map<string, LaneLabels>;
}

/**
 * Labels joined to the pairs of their experiment's lanes, by the caller's own request id, or by the exchange id
 * where the caller gave none. Answers that are compared as a whole have no labels.
 *
 *     const labels = new Labels({ experiments: config.experiments, metrics });
 *     feed.listen((comparison) => labels.addComparison(comparison));
 *     labels.accuracyOf('mortgage.boosted.live')?.shadow.estimate; // 0.84
 */
export class Labels {
  readonly #experiments = new Map<string, Experiment>();
  readonly #lanes = new Map<string, LaneLabels>();
  readonly #metrics: LabelMetrics;

  constructor({
    experiments,
    metrics,
  }: {
    experiments: readonly Pick<ExperimentConfig, 'name' | 'shadows' | 'comparison' | 'verdict'>[];
    metrics: LabelMetrics;
  }) {
    this.#metrics = metrics;
    for (const { name: experiment, shadows, comparison, verdict } of experiments) {
      const { confidence } = verdict;
      this.#experiments.set(experiment, {
        plan: compileComparison(comparison),
        confidence,
        lanes: new Map(),
      });
      for (const { name: shadow } of shadows) this.addLane(laneName({ experiment, shadow, run: 'live' }));
    }
  }

  /** A lane of another run: it knows the labels that came before it. Nothing happens where it is known. */
  addLane(lane: string): void {
    const experiment = this.#experiments.get(laneOf(lane)?.experiment ?? '');
    if (experiment === undefined || this.#lanes.has(lane)) return;
    const { plan, confidence, lanes } = experiment;
    const labels = new LaneLabels({ lane, plan, confidence, metrics: this.#metrics });
    const [other] = lanes.values();
    for (const [id, truth] of other?.truths() ?? []) labels.addLabel(id, truth);
    lanes.set(lane, labels);
    this.#lanes.set(lane, labels);
  }

  forget(lane: string): void {
    this.#experiments.get(laneOf(lane)?.experiment ?? '')?.lanes.delete(lane);
    if (this.#lanes.delete(lane)) this.#metrics.waiting.remove({ lane });
  }

  addLabel({ requestId, experiment: name, value }: Label): void {
    const experiment = this.#experiments.get(name);
    if (experiment === undefined) return;
    const truth = readTruth(experiment.plan, value);
    if (truth === null) this.#metrics.unusable.inc({ experiment: name });
    else for (const lane of experiment.lanes.values()) lane.addLabel(requestId, truth);
  }

  addComparison({ lane: name, diverging, agreeing, unkept }: Comparison): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    if (diverging !== null) {
      const { exchangeId, requestId, productionOutput: production, shadowOutput: shadow } = diverging;
      if (production !== null && shadow !== null)
        lane.addPair(requestId ?? exchangeId, { production, shadow });
    }
    for (const packed of [agreeing, unkept]) if (packed !== null) addPacked(lane, packed);
  }

  /** Null for a lane without labels. */
  accuracyOf(lane: string): LabelledAccuracy | null {
    return this.#lanes.get(lane)?.accuracy() ?? null;
  }
}

function addPacked(lane: LaneLabels, { exchangeIds, requestIds, ...outputs }: AgreeingPairs): void {
  for (const [index, exchangeId] of exchangeIds.entries()) {
    const production = outputs.productionOutputs[index] ?? null;
    const shadow = outputs.shadowOutputs[index] ?? null;
    if (production !== null && shadow !== null)
      lane.addPair(requestIds[index] ?? exchangeId, { production, shadow });
  }
}
