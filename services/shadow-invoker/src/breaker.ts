import type { BreakerConfig } from '@understudy/config';

/**
 * Whether a shadow is called:
 *
 *     closed ──> paused ──> down       `failures` requests failed with no success between; `maxPause` has passed
 *        ^          │         │
 *        └──────────┴─────────┘        a call succeeds: a probe, or one that was under way
 *
 * - closed: every request is called
 * - paused: requests wait; one at a time, the next in turn, is called as a probe
 * - down: requests are turned away, but for the probes
 */
export type BreakerState = 'closed' | 'paused' | 'down';

const allowed: Readonly<Record<BreakerState, readonly BreakerState[]>> = {
  closed: ['paused'],
  paused: ['down', 'closed'],
  down: ['closed'],
};

/** Leave to call the shadow. */
export interface Admission {
  readonly exchangeId: string;
  readonly isProbe: boolean;
}

export interface BreakerOptions {
  readonly config: BreakerConfig;
  readonly onState: (state: BreakerState) => void;
}

interface Waiting {
  readonly exchangeId: string;
  readonly leave: (admission: Admission | null) => void;
}

/**
 * Keeps a lane from calling a shadow that is down. What fails is counted by request: one that fails however often it is
 * tried is no sign of a shadow that is down. Each probe is another request, so such a one does not hold the lane.
 *
 * Every admission has to be given back: by {@link succeeded}, {@link failed} or {@link abandoned}.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #failed = new Set<string>();
  readonly #waiting = new Set<Waiting>();
  #state: BreakerState = 'closed';
  #probe: 'due' | 'under way' | 'later' = 'later';
  #probeTimer: NodeJS.Timeout | null = null;
  #downTimer: NodeJS.Timeout | null = null;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Waits as long as the shadow is paused. Null: it is down, or nobody wants the call any more. */
  async admit(exchangeId: string, unwanted: AbortSignal): Promise<Admission | null> {
    if (unwanted.aborted) return null;
    if (this.#state === 'closed') return { exchangeId, isProbe: false };
    if (this.#probe === 'due') return this.#beginProbe(exchangeId);
    if (this.#state === 'down') return null;
    const { promise, resolve } = Promise.withResolvers<Admission | null>();
    const waiting: Waiting = { exchangeId, leave: resolve };
    const giveUp = (): void => this.#release(waiting, null);
    this.#waiting.add(waiting);
    unwanted.addEventListener('abort', giveUp, { once: true });
    const admission = await promise;
    unwanted.removeEventListener('abort', giveUp);
    return admission;
  }

  /** The shadow has answered. */
  succeeded(): void {
    this.#failed.clear();
    if (this.#state === 'closed') return;
    this.#enter('closed');
    this.#clearTimers();
    this.#probe = 'later';
    for (const waiting of this.#waiting) {
      this.#release(waiting, { exchangeId: waiting.exchangeId, isProbe: false });
    }
  }

  /** The call failed in a way that may pass. */
  failed({ exchangeId, isProbe }: Admission): void {
    if (this.#state !== 'closed') {
      if (isProbe) this.#probeLater();
      return;
    }
    this.#failed.add(exchangeId);
    const { failures, maxPauseMs } = this.#options.config;
    if (this.#failed.size < failures) return;
    this.#failed.clear();
    this.#enter('paused');
    this.#probeLater();
    this.#downTimer = setTimeout(() => this.#goDown(), maxPauseMs);
  }

  /** The call was given up before it could say anything about the shadow. */
  abandoned({ isProbe }: Admission): void {
    if (isProbe && this.#state !== 'closed') this.#probeLater();
  }

  /** Nobody is admitted any more. */
  close(): void {
    this.#clearTimers();
    for (const waiting of this.#waiting) this.#release(waiting, null);
  }

  #goDown(): void {
    this.#enter('down');
    for (const waiting of this.#waiting) this.#release(waiting, null);
  }

  #probeLater(): void {
    this.#probe = 'later';
    clearTimeout(this.#probeTimer ?? undefined);
    this.#probeTimer = setTimeout(() => {
      this.#probe = 'due';
      const [next] = this.#waiting;
      if (next !== undefined) this.#release(next, this.#beginProbe(next.exchangeId));
    }, this.#options.config.probeMs);
  }

  #beginProbe(exchangeId: string): Admission {
    this.#probe = 'under way';
    return { exchangeId, isProbe: true };
  }

  #release(waiting: Waiting, admission: Admission | null): void {
    if (this.#waiting.delete(waiting)) waiting.leave(admission);
  }

  #clearTimers(): void {
    clearTimeout(this.#probeTimer ?? undefined);
    clearTimeout(this.#downTimer ?? undefined);
  }

  #enter(state: BreakerState): void {
    if (!allowed[this.#state].includes(state)) {
      throw new Error(`a breaker can't go from ${this.#state} to ${state}`);
    }
    this.#state = state;
    this.#options.onState(state);
  }
}
