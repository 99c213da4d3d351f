/** A queue: what was put in first comes out first, and is not kept alive any longer. */
export class Fifo<T extends object> {
  #items: (T | null)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    // Half of it was taken: what remains is moved less often than something is taken.
    if (this.#first > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    this.#items.push(item);
  }

  /** The oldest, or null. */
  peek(): T | null {
    return this.#items[this.#first] ?? null;
  }

  /** Takes the oldest out; null if there is none. */
  shift(): T | null {
    const item = this.peek();
    if (item === null) return null;
    this.#items[this.#first] = null;
    this.#first += 1;
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
  }
}
