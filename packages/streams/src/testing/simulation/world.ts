import { setImmediate as settled } from 'node:timers/promises';
import type { Clock } from '../../tasks/clock.ts';
import { EventQueue } from './event-queue.ts';
import { Random } from './random.ts';

/** A process. One that was killed does nothing more; one that is frozen does it when it wakes. */
export interface Process {
  readonly name: string;
  state: 'runs' | 'killed';
  frozenUntilMs: number;
}

/** Steps of a run after which something must be wrong: it doesn't come to rest. */
const maxSteps = 2_000_000;

/**
 * Simulated time. Whatever waits in it waits for an event; events happen one at a time, in the order of their times, those
 * of the same time in one that the seed chooses. Between two of them everybody is still, so that is where a process
 * can be killed or frozen.
 */
export class World {
  readonly random: Random;
  readonly #events = new EventQueue();
  #nowMs: number;

  constructor(seed: number, startMs: number) {
    this.random = new Random(seed);
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Calls back after `delayMs`, unless `owner` has been killed by then. Returns how to call it off. */
  after(owner: Process | null, delayMs: number, call: () => void): () => void {
    const event = { atMs: this.#nowMs + delayMs, order: this.random.next(), owner, call, isOff: false };
    this.#events.add(event);
    return () => {
      event.isOff = true;
    };
  }

  sleep(owner: Process | null, delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(owner, delayMs, resolve));
  }

  clockOf(owner: Process): Clock {
    return {
      now: () => this.#nowMs,
      after: (ms, call) => this.after(owner, ms, call),
      turn: () => this.sleep(owner, 0),
    };
  }

  /** Lets everything happen up to a time. */
  async runUntil(endMs: number): Promise<void> {
    for (let step = 0; ; step += 1) {
      const next = this.#events.takeUntil(endMs);
      if (next === null) break;
      if (step === maxSteps) throw new Error(`no rest after ${maxSteps} steps, at ${this.#nowMs}`);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      const { owner } = next;
      if (next.isOff || owner?.state === 'killed') continue;
      if (owner !== null && owner.frozenUntilMs > this.#nowMs) {
        this.#events.add({ ...next, atMs: owner.frozenUntilMs });
        continue;
      }
      next.call();
      await settled(); // all that follows from it without waiting for another event
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }
}
