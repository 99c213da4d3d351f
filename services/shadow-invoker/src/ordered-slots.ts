/** One request's place in the order of its partition. */
interface Slot<T> {
  readonly offset: number;
  /** Log time at the record: the prefix maximum of append times, ms since the epoch. */
  readonly timeMs: number;
  /** `undefined` while it isn't known yet; null: nothing is to be written for it. */
  readonly result: T | null | undefined;
}

export type FinishedSlot<T> = Slot<T> & { readonly result: T | null };

/**
 * Results that come in any order and leave in the order of the requests. Bounded by whoever adds: see `size`.
 */
export class OrderedSlots<T> {
  readonly #slots = new Map<number, Slot<T>>();

  /** Slots not yet taken, finished or not. */
  get size(): number {
    return this.#slots.size;
  }

  /** Adds the next place; the returned function sets its result. */
  add(offset: number, timeMs: number): (result: T | null) => void {
    this.#slots.set(offset, { offset, timeMs, result: undefined });
    return (result) => {
      this.#slots.set(offset, { offset, timeMs, result });
    };
  }

  /** Takes the finished slots up to the first unfinished one, at most `max`. */
  takeFinished(max: number): readonly FinishedSlot<T>[] {
    const taken: FinishedSlot<T>[] = [];
    for (const { offset, timeMs, result } of this.#slots.values()) {
      if (result === undefined || taken.length === max) break;
      taken.push({ offset, timeMs, result });
      this.#slots.delete(offset);
    }
    return taken;
  }
}
