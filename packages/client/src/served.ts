import type { IncomingHttpHeaders } from 'node:http';
import { type BodyKeeper, keepBody, type KeptBody } from './recording/kept-body.ts';

/** A request as the service was asked. */
export interface ServedRequest {
  /** `POST`. */
  readonly method: string;
  /** With the query; shadows are called at it. */
  readonly path: string;
  /** Shadows get them too; the config's `redact.headers` are taken out. Names in any case; default none. */
  readonly headers?: ServedHeaders;
  readonly body?: ServedBody;
}

/** What became of a request. */
export type ServedResult = (ServedAnswer | ServedFailure) & {
  /** How long the service took, in ms. Default: since `begin`. */
  readonly latencyMs?: number;
};

/** The service answered; a status of 500 or more counts as production's failure. */
export interface ServedAnswer {
  readonly status: number;
  /** Names in any case; default none. */
  readonly headers?: ServedHeaders;
  readonly body?: ServedBody;
}

/** The service gave no answer. Such an exchange is outside of the agreement: there is nothing to agree with. */
interface ServedFailure {
  readonly failed: 'failed' | 'timed_out';
  /** Why, in a sentence; on the console's pages. */
  readonly error: string;
}

type ServedHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** All of it, or what was kept of it; default none. Longer ones than `gateway.captureBytes` are recorded cut. */
export type ServedBody = Buffer | string | KeptBody;

/** One exchange that is being recorded. */
export interface ServedExchange {
  /** Null: it is not recorded. */
  readonly exchangeId: string | null;
  /** Keeps the first bytes of an answer that passes in chunks; `end` takes its `body()`. */
  keeper(): BodyKeeper;
  /** Tells what became of the request. Only the first call counts; none within the deadline is a timeout. */
  end(result: ServedResult): void;
}

export function keptBody(body: ServedBody | undefined, captureBytes: number): KeptBody {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    return keepBody(Buffer.from(body ?? ''), captureBytes);
  }
  return { ...keepBody(body.bytes, captureBytes), size: body.size };
}

/** Headers as Node's server gives them: what is to be redacted is found by its lower-case name. */
export function incomingHeaders(headers: ServedHeaders = {}): IncomingHttpHeaders {
  const incoming: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) incoming[name.toLowerCase()] = [value].flat().join(', ');
  }
  return incoming;
}
