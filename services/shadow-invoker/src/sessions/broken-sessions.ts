import type { ShadowStatus } from '@understudy/schemas-avro';

/** Why the rest of a session is not called: a request of it was not answered, or it came too fast. */
export type Break = 'broken' | 'shed';

/** What a first response says of its request's session. */
export interface SessionResponse {
  readonly session: string;
  /** Log time at the request, ms since the epoch. */
  readonly timeMs: number;
  readonly status: ShadowStatus | null;
  /** Where it stands among the shadow responses, or an offset before. */
  readonly offset: number;
}

interface Entry {
  readonly how: Break;
  /** Log time of its last request, ms since the epoch. */
  readonly lastMs: number;
  /** At or before its last response. */
  readonly offset: number;
}

export interface BrokenSessionsOptions {
  /** Log time without a request after which a session is over, ms. */
  readonly idleMs: number;
  /** Sessions remembered; default 10,000. Of more, the one that has been silent longest is forgotten, and told. */
  readonly max?: number;
  readonly onForgotten?: () => void;
}

const defaultMax = 10_000;

/**
 * Which sessions are broken, as the lane's shadow responses say it: those whose last first response is not an answer,
 * until they have been silent for the idle time. A function of the log alone: who reads the responses again from
 * {@link from} on knows the same.
 */
export class BrokenSessions {
  readonly #options: BrokenSessionsOptions;
  /** The one that has been silent longest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: BrokenSessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Where the shadow responses begin that tell all that is known here; null: nothing is. */
  get from(): number | null {
    const [oldest] = this.#entries.values();
    return oldest?.offset ?? null;
  }

  /** How a session is broken at a log time; null: it is whole, or a new one of the same name. */
  at(session: string, timeMs: number): Break | null {
    const entry = this.#entries.get(session);
    return entry !== undefined && timeMs - entry.lastMs < this.#options.idleMs ? entry.how : null;
  }

  /** To be told of every first response, in their order. Returns how its session has been broken by it, or null. */
  said({ session, timeMs, status, offset }: SessionResponse): Break | null {
    const before = this.at(session, timeMs);
    this.#entries.delete(session);
    this.forget(timeMs);
    if (status === 'answered') return null;
    const how = status === 'shed' ? 'shed' : 'broken';
    this.#entries.set(session, { how, lastMs: timeMs, offset });
    const { max = defaultMax, onForgotten } = this.#options;
    for (const [oldest] of this.#entries) {
      if (this.#entries.size <= max) break;
      this.#entries.delete(oldest);
      onForgotten?.();
    }
    return before === null ? how : null;
  }

  /** The log's time has come so far: what is over by then is forgotten. */
  forget(timeMs: number): void {
    for (const [session, { lastMs }] of this.#entries) {
      if (timeMs - lastMs < this.#options.idleMs) break;
      this.#entries.delete(session);
    }
  }
}
