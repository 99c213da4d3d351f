import type { Outcome } from '../outcome.ts';
import type { Break } from './broken-sessions.ts';

export interface TurnResult {
  readonly outcome: Outcome;
  /** How long the shadow took, tried again in place too; not what the call waited for anything else. Ms. */
  readonly tookMs: number;
}

/** What is done with one request when it is its turn. */
export interface Turn {
  /** Log time at it, ms since the epoch. */
  readonly timeMs: number;
  readonly call: () => Promise<TurnResult>;
  /** What becomes of it if its session is broken by then. */
  readonly refused: (how: Break) => Outcome;
}

export interface LineLimits {
  /** Log time without a request after which a session is over, ms. */
  readonly idleMs: number;
  /** Requests that wait or are called. */
  readonly maxWaiting: number;
}

/** A session from its first request until it has been silent for the idle time: another of the same name may follow. */
interface Life {
  lastMs: number;
  /** A request of it was not answered: those that wait are not called. */
  isBroken: boolean;
  /** It came too fast: those that wait are called, no other is. */
  isShed: boolean;
}

/** The requests of one session that are under way: called one after the other, in their order. */
export class SessionLine {
  readonly #limits: LineLimits;
  #life: Life;
  #last: Promise<unknown> = Promise.resolve();
  /** Log times of those that wait or are called. */
  readonly #waitingMs: number[] = [];
  /** Of those that were answered. */
  readonly #answered = { requests: 0, tookMs: 0 };
  /** Requests whose outcome has not been handed out yet. */
  #underWay = 0;

  /** @param how the session is broken when it begins to be under way */
  constructor(limits: LineLimits, timeMs: number, how: Break | null) {
    this.#limits = limits;
    this.#life = { lastMs: timeMs, isBroken: how === 'broken', isShed: how === 'shed' };
  }

  /** Nothing of it is under way. */
  get isEmpty(): boolean {
    return this.#underWay === 0;
  }

  handedOut(): void {
    this.#underWay -= 1;
  }

  /**
   * Whether the next request has to wait outside, for the line is full of what has only piled up: while the lane was paused,
   * or stood still, or because it is flat out. Where its requests came closer together than the shadow answers them, the
   * session is too fast: the next one is let in, and shed.
   */
  holdsBack(timeMs: number): boolean {
    const { maxWaiting } = this.#limits;
    const [oldestMs] = this.#waitingMs;
    if (oldestMs === undefined || this.#waitingMs.length < maxWaiting) return false;
    const { isBroken, isShed } = this.#life;
    if ((isBroken || isShed) && !this.#hasEnded(timeMs)) return false;
    const { requests, tookMs } = this.#answered;
    return requests === 0 || timeMs - oldestMs >= (maxWaiting * tookMs) / requests;
  }

  /** Has the request called when all before it are done; a full line breaks the session here. */
  async join({ timeMs, call, refused }: Turn): Promise<Outcome> {
    this.#underWay += 1;
    if (this.#hasEnded(timeMs)) {
      this.#life = { lastMs: timeMs, isBroken: false, isShed: false };
    }
    const life = this.#life;
    life.lastMs = timeMs;
    if (!life.isBroken && this.#waitingMs.length >= this.#limits.maxWaiting) life.isShed = true;
    if (life.isShed) return refused('shed');
    if (life.isBroken) return refused('broken');
    this.#waitingMs.push(timeMs);
    const turn = this.#last.then(async () => {
      const { outcome, tookMs } = life.isBroken ? { outcome: refused('broken'), tookMs: 0 } : await call();
      this.#waitingMs.shift();
      if (outcome.response?.status === 'answered') this.#noteAnswered(tookMs);
      else life.isBroken = true;
      return outcome;
    });
    this.#last = turn;
    return turn;
  }

  #hasEnded(timeMs: number): boolean {
    return timeMs - this.#life.lastMs >= this.#limits.idleMs;
  }

  #noteAnswered(tookMs: number): void {
    this.#answered.requests += 1;
    this.#answered.tookMs += tookMs;
  }
}
