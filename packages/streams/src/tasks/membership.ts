/**
 * Whether this process is still a member of its group, as the coordinator sees it. A fenced task asks before
 * it takes itself back: without that, an owner that woke from a freeze would fence its successor.
 */
export class Membership {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next heartbeat that the coordinator accepts, or the next assignment. */
  confirmed(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  /** To be called on every accepted heartbeat and every assignment. */
  confirm(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
