import { type Clock, systemClock } from './clock.ts';

/** Lets one loop sleep until there is something to do: a notice given while nobody waits is not lost. */
export class Signal {
  readonly #clock: Clock;
  #pending = false;
  #resume: (() => void) | null = null;

  /** @param clock - default the system's */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  notify(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolves at the next notice (at once if one is pending), or after `timeoutMs`. One waiter at a time. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const callOff = this.#clock.after(timeoutMs, resolve);
        this.#resume = () => {
          callOff();
          resolve();
        };
      });
      this.#resume = null;
    }
    this.#pending = false;
  }
}
