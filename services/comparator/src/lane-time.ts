/** Where a lane's merge stands, for those in its process who watch it: its committed state may be behind. */
export class LaneTime {
  #next: number;

  /** @param next - start of the first window that isn't merged, ms since the epoch */
  constructor(next: number) {
    this.#next = next;
  }

  get next(): number {
    return this.#next;
  }

  /** Goes back, too, when the merge begins again from its last commit. */
  set(next: number): void {
    this.#next = next;
  }
}
