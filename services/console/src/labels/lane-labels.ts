import { type ComparisonPlan, isRight, type OutputPair } from '@understudy/comparison';
import type { Interval } from '@understudy/schemas-avro';
import { betaBinomialConfidenceSequence } from '@understudy/statistics';
import type { LabelMetrics } from './label-metrics.ts';

/** How often each side was right, on the same pairs: those that have a label. */
export interface LabelledAccuracy {
  readonly labelled: number;
  /** Confidence sequences, valid at every look; shares in [0, 1]. */
  readonly production: Interval;
  readonly shadow: Interval;
}

export interface LaneLabelsOptions {
  readonly lane: string;
  readonly plan: ComparisonPlan;
  /** Of the intervals. */
  readonly confidence: number;
  readonly metrics: LabelMetrics;
  /** Default 200,000: pairs that are remembered at the most, the newest, and labels that wait for theirs. */
  readonly maxRemembered?: number;
}

interface Pair extends OutputPair {
  readonly truth: string | null;
}

const defaultRemembered = 200_000;

/**
 * The labels of one lane, each joined to the pair of its id; either may come first. Of several labels of an id the
 * newest counts, and only it. What is forgotten for want of room is counted; a pair that had its label stays in
 * the accuracy.
 */
export class LaneLabels {
  readonly #options: LaneLabelsOptions;
  readonly #max: number;
  /** By id, the oldest first. */
  readonly #pairs = new Map<string, Pair>();
  /** Truths whose pair has not come, by id, the oldest first. */
  readonly #waiting = new Map<string, string>();
  readonly #waitingGauge: { set(value: number): void };
  #labelled = 0;
  #productionRight = 0;
  #shadowRight = 0;

  constructor(options: LaneLabelsOptions) {
    this.#options = options;
    this.#max = options.maxRemembered ?? defaultRemembered;
    this.#waitingGauge = options.metrics.waiting.labels({ lane: options.lane });
  }

  /** @param id the caller's own, else the exchange's */
  addPair(id: string, { production, shadow }: OutputPair): void {
    const before = this.#pairs.get(id) ?? null;
    const truth = before?.truth ?? this.#waiting.get(id) ?? null;
    const pair = { production, shadow: shadow === production ? production : shadow, truth };
    this.#waiting.delete(id);
    this.#pairs.delete(id);
    this.#pairs.set(id, pair);
    this.#recount(before, pair);
    this.#forgetOldest(this.#pairs, 'pair');
    this.#waitingGauge.set(this.#waiting.size);
  }

  /** @param truth as `readTruth` gives it */
  addLabel(id: string, truth: string): void {
    const before = this.#pairs.get(id);
    if (before === undefined) {
      this.#waiting.delete(id);
      this.#waiting.set(id, truth);
      this.#forgetOldest(this.#waiting, 'label');
      this.#waitingGauge.set(this.#waiting.size);
    } else {
      const pair = { ...before, truth };
      this.#pairs.set(id, pair);
      this.#recount(before, pair);
    }
  }

  /** The labels that are remembered, by id. */
  *truths(): Generator<readonly [id: string, truth: string]> {
    for (const [id, { truth }] of this.#pairs) if (truth !== null) yield [id, truth];
    yield* this.#waiting;
  }

  /** Null before the first label. */
  accuracy(): LabelledAccuracy | null {
    if (this.#labelled === 0) return null;
    return {
      labelled: this.#labelled,
      production: this.#share(this.#productionRight),
      shadow: this.#share(this.#shadowRight),
    };
  }

  #recount(before: Pair | null, after: Pair): void {
    if (before !== null) this.#count(before, -1);
    this.#count(after, 1);
    const isFirst = before === null || before.truth === null;
    const { lane, metrics } = this.#options;
    if (after.truth !== null && isFirst) metrics.joined.inc({ lane });
  }

  #count({ production, shadow, truth }: Pair, by: 1 | -1): void {
    if (truth === null) return;
    const { plan } = this.#options;
    this.#labelled += by;
    if (isRight(plan, production, truth)) this.#productionRight += by;
    if (isRight(plan, shadow, truth)) this.#shadowRight += by;
  }

  /** A twentieth at once: finding the oldest takes time in proportion to what was forgotten before. */
  #forgetOldest(map: Map<string, unknown>, what: 'pair' | 'label'): void {
    if (map.size <= this.#max) return;
    const kept = this.#max - Math.floor(this.#max / 20);
    const before = map.size;
    for (const id of map.keys()) {
      if (map.size <= kept) break;
      map.delete(id);
    }
    const { lane, metrics } = this.#options;
    metrics.evicted.inc({ lane, what }, before - map.size);
  }

  #share(right: number): Interval {
    const counted = { successes: right, trials: this.#labelled, confidence: this.#options.confidence };
    return { estimate: right / this.#labelled, ...betaBinomialConfidenceSequence(counted) };
  }
}
