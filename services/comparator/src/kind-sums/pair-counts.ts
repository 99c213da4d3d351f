import type { Segment, SegmentSums } from '@understudy/schemas-avro';
import { LatencyShiftCounts } from './latency-shift-counts.ts';
import { OutputCounts } from './output-counts.ts';
import type { PairOutputs } from './pair-outputs.ts';

/** Pairs of numbers that are kept one by one, at the most; null: nothing is told of pairs. */
const sampleSizes = { lane: 500, segment: 100, none: null } as const;

/** How much is held of the pairs of a segment. */
export type PairDetail = keyof typeof sampleSizes;

/** One part holds all segments, and has to fit into a record: of so many, what is held of pairs takes up to 1.3 MB. */
const mostSegments = 100;

/** @param segments - that the experiment has */
export function pairDetailOf(segment: Segment | null, segments: number): PairDetail {
  if (segment === null) return 'lane';
  return segments > mostSegments ? 'none' : 'segment';
}

/** What one request adds to the sums over pairs. */
export interface PairFinding {
  /** Null: not compared. */
  readonly outputs: PairOutputs | null;
  readonly productionLatencyMs: number | null;
  readonly shadowLatencyMs: number | null;
}

/** The sums over pairs of one segment: what is to be told of both sides' answers to the same requests. */
export class PairCounts {
  readonly #isOn: boolean;
  readonly #outputs: OutputCounts;
  readonly #latencies = new LatencyShiftCounts();

  constructor(detail: PairDetail) {
    const sampleSize = sampleSizes[detail];
    this.#isOn = sampleSize !== null;
    this.#outputs = new OutputCounts(sampleSize ?? 0);
  }

  count({ outputs, productionLatencyMs, shadowLatencyMs }: PairFinding): void {
    if (!this.#isOn) return;
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
