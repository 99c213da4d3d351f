import type { Segment, SegmentSums } from '@understudy/schemas-avro';
import { LatencyShiftCounts } from './latency-shift-counts.ts';
import { OutputCounts } from './output-counts.ts';
import type { PairOutputs } from './pair-outputs.ts';

const lanePairs = 500;
const segmentPairs = 100;

/** What one request adds to the sums over pairs. */
export interface PairFinding {
  /** Null: not compared. */
  readonly outputs: PairOutputs | null;
  readonly productionLatencyMs: number | null;
  readonly shadowLatencyMs: number | null;
}

/** The sums over pairs of one segment: what is to be told of both sides' answers to the same requests. */
export class PairCounts {
  readonly #outputs: OutputCounts;
  readonly #latencies = new LatencyShiftCounts();

  /** @param segment - null: the whole lane, of which more pairs are kept one by one */
  constructor(segment: Segment | null) {
    this.#outputs = new OutputCounts(segment === null ? lanePairs : segmentPairs);
  }

  count({ outputs, productionLatencyMs, shadowLatencyMs }: PairFinding): void {
    if (outputs !== null) this.#outputs.count(outputs);
    if (productionLatencyMs !== null && shadowLatencyMs !== null)
      this.#latencies.count(productionLatencyMs, shadowLatencyMs);
  }

  add({ outputs, latencyShift }: Pick<SegmentSums, 'outputs' | 'latencyShift'>): void {
    if (outputs !== null) this.#outputs.add(outputs);
    if (latencyShift !== null) this.#latencies.add(latencyShift);
  }

  toRecord(): Pick<SegmentSums, 'outputs' | 'latencyShift'> {
    return { outputs: this.#outputs.toRecord(), latencyShift: this.#latencies.toRecord() };
  }
}
