import { setTimeout as delay } from 'node:timers/promises';

/** When a request was sent, seen from the time in which the shadow is gone. */
export type Phase = (typeof phases)[number];

export const phases = ['before', 'during', 'after'] as const;

export interface OutageOptions {
  /** Sent requests after which it begins. */
  readonly afterRequests: number;
  readonly durationMs: number;
  /** Ends the shadow, without notice. */
  readonly kill: () => Promise<void>;
  /** Resolves when it answers again. */
  readonly restart: () => Promise<void>;
}

/** One shadow dies and comes back: what callers must not notice. */
export class Outage {
  readonly #options: OutageOptions;
  #phase: Phase = 'before';

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** To be told how many requests are sent. The returned promise is of the outage, where it begins now; else null. */
  follow(sent: number, signal: AbortSignal): Promise<void> | null {
    if (this.#phase !== 'before' || sent < this.#options.afterRequests) return null;
    this.#phase = 'during';
    return this.#run(signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { kill, restart, durationMs } = this.#options;
    await kill();
    await delay(durationMs, undefined, { signal });
    await restart();
    this.#phase = 'after';
  }
}
