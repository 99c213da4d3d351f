import type { NumberPair, NumberSums } from '@understudy/schemas-avro';
import { FixedPointSums, rangeLimit } from './fixed-point-sums.ts';
import { NumberSample } from './number-sample.ts';

/** How the numbers of pairs differ: by sign, all of them; by size, sums of all and a sample. */
export class NumberCounts {
  #within = 0;
  #higher = 0;
  #lower = 0;
  #outOfRange = 0;
  readonly #moments = new FixedPointSums();
  readonly #sample: NumberSample;

  /** @param sampleSize - pairs in the sample at the most */
  constructor(sampleSize: number) {
    this.#sample = new NumberSample(sampleSize);
  }

  count(pair: NumberPair): void {
    const { production, shadow, within } = pair;
    if (within) this.#within += 1;
    else if (shadow > production) this.#higher += 1;
    else this.#lower += 1;
    if (Math.max(Math.abs(production), Math.abs(shadow)) >= rangeLimit) {
      this.#outOfRange += 1;
      return;
    }
    this.#moments.count(production, shadow);
    this.#sample.add(pair);
  }

  add({ within, higher, lower, outOfRange, moments, sample }: NumberSums): void {
    this.#within += within;
    this.#higher += higher;
    this.#lower += lower;
    this.#outOfRange += outOfRange;
    this.#moments.add(moments);
    for (const pair of sample) this.#sample.add(pair);
  }

  toRecord(): NumberSums {
    return {
      within: this.#within,
      higher: this.#higher,
      lower: this.#lower,
      outOfRange: this.#outOfRange,
      moments: this.#moments.toRecord(),
      sample: this.#sample.toRecord(),
    };
  }
}
