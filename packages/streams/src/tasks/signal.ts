/** Lets one loop sleep until there is something to do: a notice given while nobody waits is not lost. */
export class Signal {
  #pending = false;
  #resume: (() => void) | null = null;

  notify(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolves at the next notice (at once if one is pending), or after `timeoutMs`. One waiter at a time. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#resume = null;
    }
    this.#pending = false;
  }
}
