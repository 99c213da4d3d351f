import { StreamsError, type StreamsErrorCode } from '../../client/errors.ts';
import type { Process, World } from './world.ts';

/** How likely each trouble is, per request; all zero is a calm network. */
export interface Trouble {
  /** The request, or its answer, is lost. */
  readonly loss: number;
  /** The request, or its answer, is late by up to 40 s: after its sender has given it up, perhaps. */
  readonly delay: number;
  /** The process is killed as it sends it, or as it is answered. */
  readonly kill: number;
  /** The process freezes there, for up to 30 s. */
  readonly freeze: number;
}

export const noTrouble: Trouble = { loss: 0, delay: 0, kill: 0, freeze: 0 };

const longestFreezeMs = 30_000;
const longestDelayMs = 40_000;

/** Carries requests of processes to the broker and answers back, with all that can happen to either on its way. */
export class Network {
  readonly #world: World;
  readonly #onKilled: (process: Process) => void;
  trouble: Trouble;

  constructor(world: World, trouble: Trouble, onKilled: (process: Process) => void) {
    this.#world = world;
    this.trouble = trouble;
    this.#onKilled = onKilled;
  }

  /**
   * Has the broker do something for a process.
   *
   * @throws what `serve` throws; a StreamsError with `lost.code` where there is no answer for `lost.afterMs`
   */
  request<T>(
    process: Process,
    serve: () => T,
    lost: { readonly code: StreamsErrorCode; readonly afterMs: number },
  ): Promise<T> {
    const world = this.#world;
    return new Promise((resolve, reject) => {
      if (process.state === 'killed') return;
      const giveUp = world.after(process, lost.afterMs, () => {
        reject(new StreamsError(lost.code, `no answer within ${lost.afterMs} ms`));
      });
      const answer = (settle: () => void): void => {
        if (this.#isLost()) return;
        world.after(process, this.#latencyMs(), () => {
          giveUp();
          settle();
          this.#mayStrike(process);
        });
      };
      const isLost = this.#isLost();
      const latencyMs = this.#latencyMs();
      this.#mayStrike(process);
      if (isLost) return;
      world.after(null, latencyMs, () => {
        try {
          const served = serve();
          answer(() => resolve(served));
        } catch (error) {
          answer(() => reject(error));
        }
      });
    });
  }

  #isLost(): boolean {
    return this.#world.random.chance(this.trouble.loss / 2);
  }

  #latencyMs(): number {
    const { random } = this.#world;
    return random.chance(this.trouble.delay / 2) ? random.between(100, longestDelayMs) : random.between(0, 2);
  }

  #mayStrike(process: Process): void {
    const { random, nowMs } = this.#world;
    if (random.chance(this.trouble.freeze / 2))
      process.frozenUntilMs = nowMs + random.between(100, longestFreezeMs);
    if (random.chance(this.trouble.kill / 2) && process.state === 'runs') {
      process.state = 'killed';
      this.#onKilled(process);
    }
  }
}
