import type { Ending } from './recording/capture.ts';
import type { Exchange } from './recording/exchange.ts';
import { endToEnd } from './recording/headers.ts';
import { BodyKeeper, type KeptBody } from './recording/kept-body.ts';
import {
  incomingHeaders,
  keptBody,
  type ServedBody,
  type ServedExchange,
  type ServedResult,
} from './served.ts';

export interface ServingOptions {
  readonly exchange: Exchange;
  readonly exchangeId: string;
  readonly captureBytes: number;
  /** When nothing was told by then, it ends as timed out: a forgotten exchange would take room for ever. */
  readonly limitMs: number;
}

/** An exchange from its request until the service tells how it ended. What it is told wrongly is never thrown back. */
export class Serving implements ServedExchange {
  readonly exchangeId: string;
  readonly #options: ServingOptions;
  readonly #startedMs = performance.now();
  readonly #limit: NodeJS.Timeout;
  #isOver = false;

  constructor(options: ServingOptions) {
    const { exchangeId, limitMs } = options;
    this.#options = options;
    this.exchangeId = exchangeId;
    const error = `the service told nothing of its answer within ${limitMs} ms`;
    this.#limit = setTimeout(() => this.end({ failed: 'timed_out', error }), limitMs);
    this.#limit.unref();
  }

  keeper(): BodyKeeper {
    const { captureBytes, exchange } = this.#options;
    return new BodyKeeper(captureBytes, (bytes) => exchange.keep(bytes));
  }

  end(result: ServedResult): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#limit);
    const { exchange } = this.#options;
    try {
      exchange.end(this.#ending(result));
    } catch (error) {
      exchange.abandon(error);
    }
  }

  #ending(result: ServedResult): Ending {
    const timeMs = Date.now();
    const { latencyMs = performance.now() - this.#startedMs } = result;
    if ('failed' in result) {
      return { timeMs, latencyMs, outcome: result.failed, answer: null, error: result.error };
    }
    const headers = endToEnd(incomingHeaders(result.headers));
    const answer = { status: result.status, headers, body: this.#answerBody(result.body) };
    return { timeMs, latencyMs, outcome: 'answered', answer, error: null };
  }

  /** What comes whole takes its room now; what a keeper has kept has taken it. */
  #answerBody(body: ServedBody | undefined): KeptBody {
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) return keptBody(body, this.#options.captureBytes);
    const keeper = this.keeper();
    keeper.add(Buffer.from(body));
    return keeper.body();
  }
}

/** Takes the place of an exchange that is not recorded: the service need not know. */
export const unrecorded: ServedExchange = {
  exchangeId: null,
  keeper: () => new BodyKeeper(0, () => false),
  end: () => {},
};
