import { setTimeout as delay } from 'node:timers/promises';
import type { ModelRequest } from './applications.ts';
import { Callers } from './callers.ts';
import type { Phase } from './outage.ts';

export interface TrafficOptions {
  /** Where requests are posted to. */
  readonly url: string;
  readonly requests: Iterable<ModelRequest>;
  readonly ratePerSecond: number;
  /** Under which what a caller meets is counted: asked when it sends. */
  readonly phase: () => Phase;
  /** Ends the sending; what is under way is given up. */
  readonly signal: AbortSignal;
}

const maxUnderWay = 64;
const answerLimitMs = 15_000;

/** Callers of a model: requests at a steady rate, slower when the answers don't keep up. */
export class Traffic {
  readonly callers: Callers = new Callers();
  readonly #options: TrafficOptions;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Resolves when all are answered or given up. Rejects with the signal's reason. */
  async run(): Promise<void> {
    const { requests, ratePerSecond, signal } = this.#options;
    const underWay = new Set<Promise<void>>();
    let dueMs = performance.now();
    for (const request of requests) {
      const pauseMs = dueMs - performance.now();
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
      while (underWay.size >= maxUnderWay) await Promise.race(underWay);
      signal.throwIfAborted();
      const sending = this.#send(request).finally(() => underWay.delete(sending));
      underWay.add(sending);
      dueMs = Math.max(dueMs, performance.now() - 1000) + 1000 / ratePerSecond;
    }
    await Promise.all(underWay);
    signal.throwIfAborted();
  }

  async #send({ id, body }: ModelRequest): Promise<void> {
    const { url, signal } = this.#options;
    const phase = this.#options.phase();
    this.callers.sends(phase);
    const sentMs = performance.now();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': id },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]),
      });
      await response.arrayBuffer();
      this.callers.met(phase, { latencyMs: performance.now() - sentMs, ok: response.ok });
    } catch {
      this.callers.met(phase, { latencyMs: null, ok: false });
    }
  }
}
