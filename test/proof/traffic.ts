import type { Answer, ProductionResult, Request } from '@understudy/schemas-avro';
import { partitionOf } from '@understudy/streams';
import { poison } from './poison.ts';
import type { Publisher } from './publisher.ts';
import type { Random } from './random.ts';
import { partitions, strangeExperiment } from './scenario.ts';
import { decisionOn, otherDecision } from './stub-model.ts';

export interface TrafficOptions {
  readonly publisher: Publisher;
  readonly random: Random;
  readonly requestsPerSecond: number;
  /** Some of the first requests get no production response, or one too late: their windows wait 61 s for it. Default: false. */
  readonly late?: boolean;
  /** How far the clocks of those who publish are off, either way; they jump at every look. Default: 0. */
  readonly clockErrorMs?: number;
}

/** Almost nothing comes here: its windows need ticks. */
const quietPartition = 0;
const quietEveryMs = 6_000;
const beatMs = 20;
/** Responses that never come, or come too late, belong to the first requests, so that their deadline passes under load. */
const lateWithinMs = 8_000;
const sessions = 300;

/**
 * Requests as users send them, and production's responses: most soon after, some before, some twice, some never.
 * Everything that may happen to a record happens to some.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #pending = new Set<NodeJS.Timeout>();
  #startedAt = performance.now();
  #beat: NodeJS.Timeout | null = null;
  #sent = 0;
  #lastQuietAt = 0;
  #whenDone: () => void = () => {};

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#lastQuietAt = 0;
    this.#beat = setInterval(() => {
      const due = (this.#elapsedMs() * this.#options.requestsPerSecond) / 1_000;
      while (this.#sent < due) {
        this.#sent += 1;
        this.exchange();
      }
    }, beatMs);
  }

  /** No more requests; resolves when the last response is on its way. */
  async stop(): Promise<void> {
    if (this.#beat !== null) clearInterval(this.#beat);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenDone = resolve;
    if (this.#pending.size === 0) resolve();
    await promise;
  }

  /** Nothing more comes, whatever was to come. */
  abandon(): void {
    if (this.#beat !== null) clearInterval(this.#beat);
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }

  /** One request, and all that comes of it. */
  exchange(): void {
    const { publisher, random } = this.#options;
    const exchangeId = random.id();
    const session = random.chance(0.3) ? `session-${Math.floor(random.between(0, sessions))}` : null;
    const key = session ?? exchangeId;
    if (partitionOf(key, partitions) === quietPartition && !this.#mayDisturb()) return;
    if (random.chance(0.004)) publisher.raw('requests', key, poison(random));
    if (random.chance(0.002)) publisher.stranger(random.pick(['requests', 'production-responses']), key);
    if (random.chance(0.004)) publisher.raw('production-responses', key, poison(random));
    const request = this.#request(exchangeId, session);
    const share = random.next();
    if (share < 0.03) {
      publisher.request(key, { ...request, production: this.#result(exchangeId) });
      return;
    }
    this.#respond(key, request, share);
    if (random.chance(0.01)) this.#after(random.between(0, 1_500), () => publisher.request(key, request));
  }

  #respond(key: string, request: Request, share: number): void {
    const { publisher, random } = this.#options;
    const send = (result: ProductionResult): void =>
      publisher.response(key, {
        exchangeId: request.exchangeId,
        experiment: request.experiment,
        responseTime: this.#now(),
        result,
      });
    const result = this.#result(request.exchangeId);
    if (share < 0.08) {
      send(result);
      this.#after(random.between(0, 300), () => publisher.request(key, request));
      return;
    }
    publisher.request(key, request);
    const isEarly = this.#options.late && this.#beat !== null && this.#elapsedMs() < lateWithinMs;
    if (request.experiment === strangeExperiment && share < 0.2) return;
    if (request.experiment === 'quotes' && isEarly && share < 0.095) {
      if (share < 0.085) this.#after(random.between(60_000, 63_000), () => send(result));
      return;
    }
    this.#after(random.chance(0.1) ? random.between(200, 2_000) : random.between(0, 200), () => send(result));
    if (share > 0.97)
      this.#after(random.between(0, 2_000), () => send(this.#answered(otherDecision(request.exchangeId))));
  }

  #request(exchangeId: string, session: string | null): Request {
    const { random } = this.#options;
    const experiment = random.pick(['quotes', 'quotes', 'quotes', 'claims', 'claims', strangeExperiment]);
    const tier = random.pick(['gold', 'silver', 'bronze', null]);
    const body = Buffer.from(tier === null ? 'no json' : JSON.stringify({ tier, amount: random.next() }));
    const isCut = random.chance(0.005);
    return {
      exchangeId,
      requestId: random.chance(0.5) ? `caller's ${exchangeId}` : null,
      experiment,
      session,
      requestTime: this.#now(),
      method: 'POST',
      path: `/${experiment}`,
      headers: { 'content-type': 'application/json' },
      contentType: 'application/json',
      body,
      bodySize: body.length + (isCut ? 1_000_000 : 0),
      production: null,
    };
  }

  #result(exchangeId: string): ProductionResult {
    const { random } = this.#options;
    const share = random.next();
    const latencyMs = random.between(1, 200);
    if (share < 0.02) return { outcome: 'failed', answer: null, latencyMs, error: 'ECONNRESET' };
    if (share < 0.04) return { outcome: 'timed_out', answer: null, latencyMs, error: 'no answer' };
    if (share < 0.06) return this.#answered('', { status: 503, body: Buffer.from('busy') });
    if (share < 0.07) return this.#answered('', { status: 422, body: Buffer.from('{}') });
    if (share < 0.08) return this.#answered('', { body: Buffer.from('<html>') });
    const result = this.#answered(decisionOn(exchangeId));
    if (share < 0.09 && result.answer !== null)
      return { ...result, answer: { ...result.answer, bodySize: 2_000_000 } };
    return result;
  }

  #answered(decision: string, other: Partial<Answer> = {}): ProductionResult {
    const body = Buffer.from(JSON.stringify({ decision }));
    const headers = { 'content-type': 'application/json' };
    const answer: Answer = {
      status: 200,
      headers,
      contentType: 'application/json',
      body,
      bodySize: 0,
      ...other,
    };
    const latencyMs = this.#options.random.between(1, 200);
    return {
      outcome: 'answered',
      answer: { ...answer, bodySize: answer.body.length },
      latencyMs,
      error: null,
    };
  }

  /** By the clock of whoever publishes it. */
  #now(): number {
    const { random, clockErrorMs = 0 } = this.#options;
    return clockErrorMs === 0
      ? Date.now()
      : Math.round(Date.now() + random.between(-clockErrorMs, clockErrorMs));
  }

  #mayDisturb(): boolean {
    if (this.#elapsedMs() < this.#lastQuietAt + quietEveryMs) return false;
    this.#lastQuietAt = this.#elapsedMs();
    return true;
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  #after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      action();
      this.#pending.delete(timer);
      if (this.#pending.size === 0) this.#whenDone();
    }, ms);
    this.#pending.add(timer);
  }
}
