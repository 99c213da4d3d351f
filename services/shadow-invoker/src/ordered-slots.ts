/** One request's place in the order of its partition. */
interface Slot<T> {
  readonly offset: number;
  /** Log time at the record: the prefix maximum of append times, ms since the epoch. */
  readonly timeMs: number;
  /** What it holds in memory: the record, and once there is one, the result. */
  readonly bytes: number;
  /** `undefined` while it isn't known yet; null: nothing is to be written for it. */
  readonly result: T | null | undefined;
}

export type FinishedSlot<T> = Slot<T> & { readonly result: T | null };

/**
 * Results that come in any order and leave in the order of the requests. Bounded by whoever adds: see `size` and `bytes`.
 */
export class OrderedSlots<T> {
  readonly #slots = new Map<number, Slot<T>>();
  readonly #bytesOf: (result: T) => number;
  #bytes = 0;

  /** @param bytesOf - what a result holds in memory besides the record */
  constructor(bytesOf: (result: T) => number) {
    this.#bytesOf = bytesOf;
  }

  /** Slots not yet taken, finished or not. */
  get size(): number {
    return this.#slots.size;
  }

  /** Bytes of their records and results. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next place, of a record of so many bytes; the returned function sets its result. */
  add(offset: number, timeMs: number, recordBytes: number): (result: T | null) => void {
    this.#set({ offset, timeMs, bytes: recordBytes, result: undefined });
    return (result) => {
      const bytes = recordBytes + (result === null ? 0 : this.#bytesOf(result));
      this.#set({ offset, timeMs, bytes, result });
    };
  }

  /** Takes the finished slots up to the first unfinished one, at most `max`. */
  takeFinished(max: number): readonly FinishedSlot<T>[] {
    const taken: FinishedSlot<T>[] = [];
    for (const slot of this.#slots.values()) {
      const { result } = slot;
      if (result === undefined || taken.length === max) break;
      taken.push({ ...slot, result });
      this.#slots.delete(slot.offset);
      this.#bytes -= slot.bytes;
    }
    return taken;
  }

  #set(slot: Slot<T>): void {
    this.#bytes += slot.bytes - (this.#slots.get(slot.offset)?.bytes ?? 0);
    this.#slots.set(slot.offset, slot);
  }
}
