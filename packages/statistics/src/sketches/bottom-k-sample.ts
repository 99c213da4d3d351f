import { hash } from 'node:crypto';

/** An item of a sample, with the id that it was chosen by. */
export interface SampledItem<Item> {
  readonly id: string;
  readonly item: Item;
}

export interface BottomKOptions {
  /** How many items are kept at the most. */
  readonly size: number;
  /** Names what the sample is for: samples with different salts are independent, those with one salt choose alike. */
  readonly salt: string;
}

interface Ranked<Item> extends SampledItem<Item> {
  readonly rank: string;
}

/**
 * A uniform sample of a stream of items, whatever its length: those whose ids have the least hashes. What it holds
 * depends on the ids alone, not on their order, on repeats, or on how the stream was split and merged. Cohen and
 * Kaplan, "Summarizing data using bottom-k sketches", PODC 2007. Takes one SHA-256 an item, and memory for twice
 * the size.
 *
 *     const sample = new BottomKSample<number>({ size: 1_000, salt: 'scores' });
 *     sample.add('0189…', 0.5);
 *     sample.items(); // by hash; added to another sample, they make the same one again
 */
export class BottomKSample<Item> {
  readonly #options: BottomKOptions;
  readonly #kept = new Map<string, Ranked<Item>>();
  /** The greatest hash that could still be kept, when there are as many below it. */
  #limit: string | null = null;

  /** @throws RangeError for a size that isn't a whole number of at least 1 */
  constructor(options: BottomKOptions) {
    if (!(Number.isSafeInteger(options.size) && options.size >= 1))
      throw new RangeError(`a sample's size is a whole number of at least 1, got ${options.size}`);
    this.#options = options;
  }

  /** Takes an item, unless one with its id was taken before. */
  add(id: string, item: Item): void {
    this.#put({ id, item, rank: hash('sha256', `${this.#options.salt}\0${id}`) });
  }

  /**
   * A new sample, of both streams together; neither changes.
   *
   * @throws RangeError where size or salt differ: the result would be no uniform sample
   */
  merge(other: BottomKSample<Item>): BottomKSample<Item> {
    const { size, salt } = this.#options;
    if (other.#options.size !== size || other.#options.salt !== salt)
      throw new RangeError('samples are merged where their sizes and salts are the same');
    const merged = new BottomKSample<Item>(this.#options);
    for (const each of [...this.#kept.values(), ...other.#kept.values()]) merged.#put(each);
    return merged;
  }

  /** By the hashes of their ids. */
  items(): readonly SampledItem<Item>[] {
    return this.#ranked().map(({ id, item }) => ({ id, item }));
  }

  #put(each: Ranked<Item>): void {
    if (this.#limit !== null && each.rank > this.#limit) return;
    if (this.#kept.has(each.id)) return;
    this.#kept.set(each.id, each);
    // Sorting at twice the size keeps memory bounded and costs little an item.
    if (this.#kept.size < 2 * this.#options.size) return;
    const ranked = this.#ranked();
    this.#kept.clear();
    for (const kept of ranked) this.#kept.set(kept.id, kept);
    this.#limit = ranked.at(-1)?.rank ?? null;
  }

  #ranked(): readonly Ranked<Item>[] {
    const ranked = [...this.#kept.values()].sort((a, b) => (a.rank < b.rank ? -1 : 1));
    return ranked.slice(0, this.#options.size);
  }
}
