import { hashId, type IdHash } from './id-hash.ts';

const none = -1;

/**
 * Where production responses stand, by exchange id: what is remembered of each for as long as a request may still want it.
 * There may be millions, where one input is far ahead in time; as objects with their ids they took 230 bytes each, and
 * every collection of garbage walked over all of them. Here they are rows of numbers, 40 bytes each, outside the heap.
 *
 * Added in the order of the log, forgotten in that order, too. An id is known by a hash of 128 bits.
 */
export class Places {
  readonly #hash: IdHash = [0, 0, 0, 0];
  #rows: Rows;

  /** @param capacity - how many there is room for at first, a power of 2; default 1,024 */
  constructor({ capacity = 1_024 }: { readonly capacity?: number } = {}) {
    this.#rows = new Rows(capacity);
  }

  /** How many are remembered. */
  get size(): number {
    return this.#rows.end - this.#rows.first;
  }

  /** @param timeMs - not before that of the last one */
  add(exchangeId: string, offset: number, timeMs: number): void {
    if (this.#rows.isAtEnd) this.#rows = this.#rows.moved();
    this.#rows.add(hashId(exchangeId, this.#hash), offset, timeMs);
  }

  /** The offset of the first in the log with this id in a range of time, both ends included; null if there is none. */
  find(exchangeId: string, fromMs: number, toMs: number): number | null {
    return this.#rows.find(hashId(exchangeId, this.#hash), fromMs, toMs);
  }

  /** Forgets those that stand before a time. */
  forgetBefore(timeMs: number): void {
    this.#rows.forgetBefore(timeMs);
  }
}

/** Rows of one table: filled from the front, forgotten from the front, moved into another one when its end is reached. */
class Rows {
  first = 0;
  end = 0;
  readonly #capacity: number;
  readonly #offsets: Float64Array;
  readonly #times: Float64Array;
  readonly #hashes: Int32Array;
  /** By the first bits of a hash: its newest row, from which older ones are reached; one that is forgotten ends the chain. */
  readonly #newest: Int32Array;
  readonly #older: Int32Array;

  /** @param capacity - a power of 2 */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#offsets = new Float64Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#hashes = new Int32Array(4 * capacity);
    this.#newest = new Int32Array(capacity).fill(none);
    this.#older = new Int32Array(capacity);
  }

  get isAtEnd(): boolean {
    return this.end === this.#capacity;
  }

  add(hash: IdHash, offset: number, timeMs: number): void {
    const row = this.end;
    const chain = hash[0] & (this.#capacity - 1);
    this.#hashes.set(hash, 4 * row);
    this.#offsets[row] = offset;
    this.#times[row] = timeMs;
    this.#older[row] = this.#newest[chain] ?? none;
    this.#newest[chain] = row;
    this.end = row + 1;
  }

  find(hash: IdHash, fromMs: number, toMs: number): number | null {
    let found = null;
    let row = this.#newest[hash[0] & (this.#capacity - 1)] ?? none;
    for (; row >= this.first; row = this.#older[row] ?? none) {
      const timeMs = this.#times[row] ?? 0;
      if (timeMs < fromMs) break; // and so are all that are older
      if (timeMs <= toMs && this.#isOf(row, hash)) found = this.#offsets[row] ?? null;
    }
    return found;
  }

  forgetBefore(timeMs: number): void {
    while (this.first < this.end && (this.#times[this.first] ?? 0) < timeMs) this.first += 1;
  }

  /** What is remembered, in a table that is half empty at least. */
  moved(): Rows {
    const size = this.end - this.first;
    const rows = new Rows(2 * size > this.#capacity ? 2 * this.#capacity : this.#capacity);
    const hash: IdHash = [0, 0, 0, 0];
    for (let row = this.first; row < this.end; row += 1) {
      for (let n = 0; n < hash.length; n += 1) hash[n] = this.#hashes[4 * row + n] ?? 0;
      rows.add(hash, this.#offsets[row] ?? 0, this.#times[row] ?? 0);
    }
    return rows;
  }

  #isOf(row: number, hash: IdHash): boolean {
    const at = 4 * row;
    const hashes = this.#hashes;
    return (
      hashes[at] === hash[0] &&
      hashes[at + 1] === hash[1] &&
      hashes[at + 2] === hash[2] &&
      hashes[at + 3] === hash[3]
    );
  }
}
