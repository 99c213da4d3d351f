/**
 * Where each item of a list stands, as bits: bit `place % wordBits` of word `place / wordBits`. Items that come often have
 * their words at hand; those of the others are written when they are asked for, so that memory grows with the list's
 * length and not with its square.
 */
export class ItemMasks<Item> {
  /** Words of a mask. */
  readonly length: number;
  readonly #wordBits: number;
  readonly #ids = new Map<Item, number>();
  /** By id: the last place of the item. By place: the one before of the same item. -1 is none. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;
  /** By id: the words of items that come often. */
  readonly #frequent: (Int32Array | undefined)[] = [];
  readonly #rare: Int32Array;
  /** The place whose item, and all before of it, are in `#rare` now. */
  #written = -1;

  /** @param wordBits - at most 32 */
  constructor(items: readonly Item[], wordBits: number) {
    this.length = Math.ceil(items.length / wordBits);
    this.#wordBits = wordBits;
    this.#last = new Int32Array(items.length).fill(-1);
    this.#before = new Int32Array(items.length);
    this.#rare = new Int32Array(this.length);
    const counts = new Int32Array(items.length);
    for (let place = 0; place < items.length; place++) {
      const id = this.#idOf(items[place] as Item);
      this.#before[place] = this.#last[id] ?? -1;
      this.#last[id] = place;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    // Then clearing and writing its bits costs as much as going through the words does.
    const frequent = this.length / 8;
    for (let id = 0; id < this.#ids.size; id++) {
      this.#frequent.push((counts[id] ?? 0) >= frequent ? this.#filled(id) : undefined);
    }
  }

  /** The item's words, valid until the next call; null if it is not in the list. */
  of(item: Item): Int32Array | null {
    const id = this.#ids.get(item);
    if (id === undefined) return null;
    const known = this.#frequent[id];
    if (known !== undefined) return known;
    for (let place = this.#written; place !== -1; place = this.#before[place] ?? -1) {
      this.#rare[this.#wordOf(place)] = 0;
    }
    this.#written = this.#last[id] ?? -1;
    this.#write(this.#rare, this.#written);
    return this.#rare;
  }

  #idOf(item: Item): number {
    const known = this.#ids.get(item);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(item, id);
    return id;
  }

  #filled(id: number): Int32Array {
    const words = new Int32Array(this.length);
    this.#write(words, this.#last[id] ?? -1);
    return words;
  }

  #write(words: Int32Array, last: number): void {
    for (let place = last; place !== -1; place = this.#before[place] ?? -1) {
      const word = this.#wordOf(place);
      words[word] = (words[word] ?? 0) | (1 << (place - word * this.#wordBits));
    }
  }

  #wordOf(place: number): number {
    return Math.trunc(place / this.#wordBits);
  }
}
