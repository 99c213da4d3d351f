import type { NumberPair } from '@understudy/schemas-avro';

/**
 * A uniform sample of pairs: those of the least ranks, as `BottomKSample` of the statistics keeps it. It travels with
 * every window, so it holds ranks in place of ids: a sixth of the bytes, and nothing to hash when samples are merged.
 * Every pair is added once.
 */
export class NumberSample {
  readonly #size: number;
  #pairs: NumberPair[] = [];
  /** Pairs of a greater rank are not kept. */
  #limit = Infinity;

  constructor(size: number) {
    this.#size = size;
  }

  add(pair: NumberPair): void {
    if (pair.rank > this.#limit) return;
    this.#pairs.push(pair);
    // Sorting at twice the size keeps memory bounded and costs little a pair.
    if (this.#pairs.length < 2 * this.#size) return;
    this.#pairs = this.toRecord();
    this.#limit = this.#pairs.at(-1)?.rank ?? Infinity;
  }

  toRecord(): NumberPair[] {
    return this.#pairs.toSorted(byRank).slice(0, this.#size);
  }
}

/** Pairs of one exchange, which is in the log twice, have one rank. */
function byRank(a: NumberPair, b: NumberPair): number {
  return a.rank - b.rank || a.production - b.production || a.shadow - b.shadow;
}
