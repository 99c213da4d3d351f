import type { ScoreSums } from '@understudy/schemas-avro';

/** Bins below the one of score 1. */
export const scoreBins = 100;

/** A histogram of scores in fixed bins. */
export class ScoreCounts {
  readonly #counts = new Map<number, number>();

  /** @param score - in [0, 1] */
  count(score: number): void {
    this.#increase(Math.floor(score * scoreBins), 1);
  }

  add({ bins, counts }: ScoreSums): void {
    for (const [place, bin] of bins.entries()) this.#increase(bin, counts[place] ?? 0);
  }

  toRecord(): ScoreSums {
    const bins = [...this.#counts.keys()].toSorted((a, b) => a - b);
    return { bins, counts: bins.map((bin) => this.#counts.get(bin) ?? 0) };
  }

  #increase(bin: number, by: number): void {
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + by);
  }
}
