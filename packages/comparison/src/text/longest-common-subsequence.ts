/**
 * The length of the longest common subsequence of two lists.
 *
 * Bit-parallel (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004): 30 cells of the dynamic-programming
 * table are one addition, so it takes `a.length * b.length / 30` steps, and memory for `a` alone.
 */
export function longestCommonSubsequence<Item>(a: readonly Item[], b: readonly Item[]): number {
  const begin = commonBeginning(a, b);
  const end = commonEnd(a, b, begin);
  const middleA = a.slice(begin, a.length - end);
  const middleB = b.slice(begin, b.length - end);
  return begin + end + lengthOf(middleA, middleB);
}

/** Bits of a word in use: the sum of two words and a carry is then an integer of 31 bits, which is the fastest there is. */
const wordBits = 30;
const allBits = 2 ** wordBits - 1;

function lengthOf<Item>(a: readonly Item[], b: readonly Item[]): number {
  const places = new Places(a);
  // A bit that is 0 stands for a step of the table's row: there the length grows by one.
  const row = new Int32Array(Math.ceil(a.length / wordBits)).fill(allBits);
  const match = new Int32Array(row.length);
  for (const item of b) {
    const last = places.lastOf(item);
    if (last === -1) continue;
    for (let place = last; place !== -1; place = places.before(place)) {
      const word = wordOf(place);
      match[word] = (match[word] ?? 0) | (1 << (place - word * wordBits));
    }
    advance(row, match);
    for (let place = last; place !== -1; place = places.before(place)) match[wordOf(place)] = 0;
  }
  return zeroBits(row, a.length);
}

/** One row of the table further. */
function advance(row: Int32Array, match: Int32Array): void {
  const { length } = row;
  let carry = 0;
  for (let word = 0; word < length; word++) {
    const bits = row[word] ?? 0;
    const hits = bits & (match[word] ?? 0);
    const sum = (bits + hits + carry) | 0;
    carry = sum >>> wordBits;
    row[word] = (sum & allBits) | (bits & ~hits);
  }
}

function zeroBits(row: Int32Array, length: number): number {
  let zeros = 0;
  for (let place = 0; place < length; place++) {
    const word = wordOf(place);
    if (((row[word] ?? 0) & (1 << (place - word * wordBits))) === 0) zeros++;
  }
  return zeros;
}

function wordOf(place: number): number {
  return Math.trunc(place / wordBits);
}

/** Where each item of a list stands: the last place, and before each place the one of the same item; -1 is none. */
class Places<Item> {
  readonly #ids = new Map<Item, number>();
  readonly #last: Int32Array;
  readonly #before: Int32Array;

  constructor(items: readonly Item[]) {
    this.#last = new Int32Array(items.length).fill(-1);
    this.#before = new Int32Array(items.length);
    for (let place = 0; place < items.length; place++) {
      const id = this.#idOf(items[place] as Item);
      this.#before[place] = this.#last[id] ?? -1;
      this.#last[id] = place;
    }
  }

  lastOf(item: Item): number {
    const id = this.#ids.get(item);
    return id === undefined ? -1 : (this.#last[id] ?? -1);
  }

  before(place: number): number {
    return this.#before[place] ?? -1;
  }

  #idOf(item: Item): number {
    const known = this.#ids.get(item);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(item, id);
    return id;
  }
}

function commonBeginning<Item>(a: readonly Item[], b: readonly Item[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** How many items at the end are the same, of those beyond the first `begin`. */
function commonEnd<Item>(a: readonly Item[], b: readonly Item[], begin: number): number {
  const most = Math.min(a.length, b.length) - begin;
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return length;
}
