import type { LatencyShift } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';

/** By how much the shadow's latencies differ from production's on the same requests: one sketch for each sign. */
export class LatencyShiftCounts {
  #slower = new QuantileSketch();
  #faster = new QuantileSketch();
  #equal = 0;

  count(productionMs: number, shadowMs: number): void {
    const difference = shadowMs - productionMs;
    if (difference > 0) this.#slower.add(difference);
    else if (difference < 0) this.#faster.add(-difference);
    else this.#equal += 1;
  }

  add({ slower, faster, equal }: LatencyShift): void {
    this.#slower = this.#slower.merge(QuantileSketch.fromBins(slower));
    this.#faster = this.#faster.merge(QuantileSketch.fromBins(faster));
    this.#equal += equal;
  }

  /** Null where no request has both latencies. */
  toRecord(): LatencyShift | null {
    if (this.#slower.count + this.#faster.count + this.#equal === 0) return null;
    return { slower: this.#slower.toBins(), faster: this.#faster.toBins(), equal: this.#equal };
  }
}
