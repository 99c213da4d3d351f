/** Where a lane's merge stands, for those in its process who watch it: its committed state may be behind. */
export class LaneTime {
  #next: number;
  #heldParts = 0;

  /** @param next - start of the first window that isn't merged, ms since the epoch */
  constructor(next: number) {
    this.#next = next;
  }

  get next(): number {
    return this.#next;
  }

  /** Parts of windows, and segments in them, that wait for other partitions' parts. */
  get heldParts(): number {
    return this.#heldParts;
  }

  /** Goes back, too, when the merge begins again from its last commit. */
  set(next: number, heldParts: number = 0): void {
    this.#next = next;
    this.#heldParts = heldParts;
  }
}
