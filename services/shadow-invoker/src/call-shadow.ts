import type { ShadowConfig } from '@understudy/config';
import type { Answer, Request } from '@understudy/schemas-avro';
import { Pool } from 'undici';
import pLimit, { type LimitFunction } from 'p-limit';

/** What became of one call. */
export type CallResult =
  | { readonly status: 'answered'; readonly answer: Answer; readonly latencyMs: number }
  | {
      readonly status: 'failed';
      readonly reason: string;
      readonly answer: Answer | null;
      readonly latencyMs: number;
    }
  | {
      readonly status: 'timed_out';
      readonly reason: string;
      readonly answer: null;
      readonly latencyMs: number;
    };

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

/** Calls one shadow, at most `concurrency` calls at once. Never throws: what goes wrong is a result. */
export class ShadowCaller {
  readonly #shadow: ShadowConfig;
  readonly #captureBytes: number;
  readonly #pool: Pool;
  readonly #limit: LimitFunction;

  constructor(shadow: ShadowConfig, captureBytes: number) {
    this.#shadow = shadow;
    this.#captureBytes = captureBytes;
    this.#limit = pLimit(shadow.concurrency);
    this.#pool = new Pool(new URL(shadow.url).origin, { connections: shadow.concurrency });
  }

  /** Calls that run or wait for their turn. */
  get outstanding(): number {
    return this.#limit.activeCount + this.#limit.pendingCount;
  }

  /** Sends a copy of the request. The timeout runs from sending to the answer's last byte, not while it queues. */
  call(request: Request, attempt: number, closed: AbortSignal): Promise<CallResult> {
    return this.#limit(() => this.#send(request, attempt, closed));
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
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
