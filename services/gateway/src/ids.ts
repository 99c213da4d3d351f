import { randomBytes, randomUUIDv7 } from 'node:crypto';

/** A new exchange id: a UUIDv7, so that ids sort by the time they were made. */
export function newExchangeId(): string {
  return randomUUIDv7();
}

const traceparentPattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The W3C trace context of an exchange's records: the caller's if it is valid, else a new one, not sampled. A new
 * one is not sent to production: there, a parent decides whether a trace is sampled, and that is not ours to decide.
 */
export function traceparentOf(header: string | null): string {
  if (header !== null && isTraceparent(header)) return header;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

function isTraceparent(header: string): boolean {
  const [, version, traceId, parentId, extension] = traceparentPattern.exec(header) ?? [];
  if (version === undefined || version === 'ff') return false;
  if (version === '00' && extension !== undefined) return false;
  return traceId !== '0'.repeat(32) && parentId !== '0'.repeat(16);
}
