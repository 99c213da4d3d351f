import type { IncomingHttpHeaders } from 'node:http';
import { endToEnd, exchangeIdHeader, headerText, requestIdHeader, shadowHeader } from './headers.ts';
import { newExchangeId, traceparentOf } from './ids.ts';
import type { KeptBody } from './kept-body.ts';

/** A request as it came in. Nothing is redacted yet. */
export interface Arrival {
  readonly exchangeId: string;
  /** The caller's own id. */
  readonly requestId: string | null;
  /** The value of the experiment's session header. */
  readonly session: string | null;
  readonly traceparent: string;
  /** Ms since the epoch. */
  readonly timeMs: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** End-to-end ones, with lower-case names. */
  readonly headers: IncomingHttpHeaders;
  readonly body: KeptBody;
}

/** What a server sees of a request. */
export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** All of them, with lower-case names; left as they are. */
  readonly headers: IncomingHttpHeaders;
  readonly body: KeptBody;
  /** The header whose value is the session; undefined: there are no sessions. */
  readonly sessionHeader: string | undefined;
}

/** A request that arrives now, under a new exchange id. */
export function arrivalOf({ method, path, headers: all, body, sessionHeader }: Received): Arrival {
  const headers = endToEnd(all);
  delete headers[shadowHeader];
  delete headers[exchangeIdHeader];
  return {
    exchangeId: newExchangeId(),
    requestId: headerText(headers, requestIdHeader),
    session: sessionHeader === undefined ? null : headerText(headers, sessionHeader),
    traceparent: traceparentOf(headerText(headers, 'traceparent')),
    timeMs: Date.now(),
    method,
    path,
    headers,
    body,
  };
}
