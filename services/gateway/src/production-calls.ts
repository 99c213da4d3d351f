import { Agent, type Dispatcher } from 'undici';
import type { FastifyReplyFromOptions } from '@fastify/reply-from';
import { exchangeIdHeader } from '@understudy/client/recording';

/** Why a call was ended before production answered. */
export class CallEnded extends Error {
  readonly reason: 'timed-out' | 'caller-gone';

  constructor(reason: 'timed-out' | 'caller-gone', message: string) {
    super(message);
    this.reason = reason;
  }
}

type ReplyFromDispatcher = NonNullable<FastifyReplyFromOptions['undici']>;
type RequestCallback = (error: Error | null, data: Dispatcher.ResponseData) => void;

/** At once to one production; further requests wait for a connection, within their time limit. */
const maxConnections = 1024;

/** How long an unused connection is kept if production doesn't say: less than servers do, which may close it as we send. */
const keepAliveMs = 1_000;

/**
 * The connections to production, in the form that reply-from takes. It has no way to end a call, so each call is
 * found again by its exchange id and ended by its own signal.
 */
export class ProductionCalls {
  readonly #agent = new Agent({
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
  });
  readonly #signals = new Map<string, AbortSignal>();

  readonly forReplyFrom: ReplyFromDispatcher;

  constructor() {
    const request = (options: Dispatcher.RequestOptions, callback: RequestCallback): void => {
      const headers = options.headers as Record<string, string>;
      const signal = this.#signals.get(headers[exchangeIdHeader] ?? '');
      this.#agent.request({ ...options, ...(signal !== undefined && { signal }) }, callback);
    };
    // reply-from is typed by an undici of its own, which also gives promises; it asks for callbacks only.
    this.forReplyFrom = { request } as unknown as ReplyFromDispatcher;
  }

  /** Begins the time limit of a call that is sent next, under this id. */
  begin(exchangeId: string, timeoutMs: number): ProductionCall {
    const call = new ProductionCall(timeoutMs, () => this.#signals.delete(exchangeId));
    this.#signals.set(exchangeId, call.signal);
    return call;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** One call. Its time limit ends with the head of the answer; the body has its own, between two chunks. */
export class ProductionCall {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #startedMs = performance.now();
  readonly #forget: () => void;

  constructor(timeoutMs: number, forget: () => void) {
    this.#forget = forget;
    this.#timer = setTimeout(() => {
      this.abort(new CallEnded('timed-out', `production did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ms since it began. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** The head of the answer is here. */
  answered(): void {
    clearTimeout(this.#timer);
  }

  /** Ends it wherever it is. */
  abort(reason: CallEnded): void {
    this.#controller.abort(reason);
  }

  /** It is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }
}
