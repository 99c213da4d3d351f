import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShadowConfig } from '@understudy/config';
import { childTraceparent, isTraceparent, traceparentHeader } from '@understudy/domain';
import type { Answer, Request } from '@understudy/schemas-avro';
import type { Logger } from '@understudy/telemetry';
import { Pool } from 'undici';
import pLimit, { type LimitFunction } from 'p-limit';
import { Breaker } from './breaker.ts';
import type { CallResult } from './call-result.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { Pace } from './pace.ts';

/** Headers of the connection to production, not of the request; and what we set ourselves. */
const notForwarded: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const redacted = '[redacted]';

export interface ShadowCallerOptions {
  readonly shadow: ShadowConfig;
  /** How much of an answer's body is kept. */
  readonly captureBytes: number;
  readonly metrics: LaneMetrics;
  /** No call begins while it is paused, nor sooner than its rate allows. Default: at once. */
  readonly pace?: Pace;
  /** Gets a debug line for every call; default none does. */
  readonly logger?: Logger;
}

/**
 * Calls one shadow, at most `concurrency` calls at once, and none while its breaker holds them back. Never throws: what
 * goes wrong is a result.
 */
export class ShadowCaller {
  readonly #shadow: ShadowConfig;
  readonly #captureBytes: number;
  readonly #metrics: LaneMetrics;
  readonly #pace: Pace | null;
  readonly #logger: Logger | null;
  readonly #breaker: Breaker;
  readonly #pool: Pool;
  readonly #limit: LimitFunction;

  constructor({ shadow, captureBytes, metrics, pace, logger }: ShadowCallerOptions) {
    this.#shadow = shadow;
    this.#captureBytes = captureBytes;
    this.#metrics = metrics;
    this.#pace = pace ?? null;
    this.#logger = logger ?? null;
    this.#breaker = new Breaker({ config: shadow.breaker, onState: (state) => metrics.breaker(state) });
    this.#limit = pLimit(shadow.concurrency);
    this.#pool = new Pool(new URL(shadow.url).origin, { connections: shadow.concurrency });
  }

  /**
   * Sends a copy of the request. The timeout runs from sending to the answer's last byte, not while it waits for its turn
   * or for the shadow to be back.
   *
   * @returns null: not called, for the shadow is down (or `closed` is over)
   */
  call(request: Request, attempt: number, closed: AbortSignal): Promise<CallResult | null> {
    return this.#limit(() => this.#callIfUp(request, attempt, closed));
  }

  async close(): Promise<void> {
    this.#breaker.close();
    await this.#pool.destroy();
  }

  async #callIfUp(request: Request, attempt: number, closed: AbortSignal): Promise<CallResult | null> {
    await this.#turn(closed);
    await this.#pace?.running(closed);
    const admission = await this.#breaker.admit(request.exchangeId, closed);
    if (admission === null) return null;
    const result = await this.#send(request, attempt, closed);
    if (closed.aborted) {
      this.#breaker.abandoned(admission);
      return result;
    }
    this.#told(request, attempt, result);
    if (result.status === 'answered') this.#breaker.succeeded();
    else this.#breaker.failed(admission);
    return result;
  }

  async #turn(closed: AbortSignal): Promise<void> {
    const waitMs = this.#pace?.turnMs() ?? 0;
    if (waitMs > 0) await delay(waitMs, undefined, { signal: closed }).catch(() => undefined);
  }

  #told({ exchangeId }: Request, attempt: number, result: CallResult): void {
    const { status, latencyMs } = result;
    const reason = status === 'answered' ? null : result.reason;
    this.#metrics.called(result);
    this.#logger?.debug({ exchangeId, attempt, status, reason, latencyMs }, 'the shadow was called');
  }

  async #send(request: Request, attempt: number, closed: AbortSignal): Promise<CallResult> {
    const startedMs = performance.now();
    const timeout = AbortSignal.timeout(this.#shadow.timeoutMs);
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        method: request.method,
        path: joinPaths(new URL(this.#shadow.url).pathname, request.path),
        headers: headersFor(request, attempt),
        body: request.body.length === 0 ? null : request.body,
        signal: AbortSignal.any([timeout, closed]),
      });
      const { kept, size } = await readBody(body, this.#captureBytes);
      const latencyMs = performance.now() - startedMs;
      const plain = plainHeaders(headers);
      const answer: Answer = {
        status: statusCode,
        headers: plain,
        contentType: plain['content-type'] ?? null,
        body: kept,
        bodySize: size,
      };
      if (statusCode >= 500 || statusCode === 429) {
        return { status: 'failed', reason: `http-${statusCode}`, answer, latencyMs };
      }
      return { status: 'answered', answer, latencyMs };
    } catch (error) {
      const latencyMs = performance.now() - startedMs;
      if (timeout.aborted) {
        const reason = `no answer within ${this.#shadow.timeoutMs} ms`;
        return { status: 'timed_out', reason, answer: null, latencyMs };
      }
      return { status: 'failed', reason: `transport: ${errorCode(error)}`, answer: null, latencyMs };
    }
  }
}

function headersFor(request: Request, attempt: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!notForwarded.has(name) && value !== redacted) headers[name] = value;
  }
  headers['x-shadow-deployment'] = 'true';
  headers['x-exchange-id'] = request.exchangeId;
  headers['x-shadow-attempt'] = String(attempt);
  const traceparent = headers[traceparentHeader];
  // What the shadow traces joins the caller's trace, beside production's spans and not under them.
  if (traceparent !== undefined && isTraceparent(traceparent))
    headers[traceparentHeader] = childTraceparent(traceparent, randomBytes(8).toString('hex'));
  return headers;
}

async function readBody(
  body: AsyncIterable<Buffer>,
  keepBytes: number,
): Promise<{ kept: Buffer; size: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (size < keepBytes) chunks.push(chunk.subarray(0, keepBytes - size));
    size += chunk.length;
  }
  return { kept: Buffer.concat(chunks), size };
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function joinPaths(base: string, path: string): string {
  return base.endsWith('/') ? base.slice(0, -1) + path : base + path;
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
