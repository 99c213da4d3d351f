import type { IncomingHttpHeaders } from 'node:http';

/** The exchange's id, to production and to the caller. */
export const exchangeIdHeader = 'x-exchange-id';
/** The caller's own id of its request. */
export const requestIdHeader = 'x-request-id';
/** Tells a shadow that it is one. Only ours to send: from a caller it would make production take users for copies. */
export const shadowHeader = 'x-shadow-deployment';

/** Those of one connection, not of the message (RFC 9110, 7.6.1), and `expect`, which our server has answered. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that concern the message, without those that `connection` lists; a new object. */
export function endToEnd<Headers extends IncomingHttpHeaders>(headers: Headers): Headers {
  const listed = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !listed.has(name));
  return Object.fromEntries(kept) as Headers;
}

/** One header's value as text; null if it is missing or empty. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : value) || null;
}
