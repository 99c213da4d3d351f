import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { isTraceparent } from '@understudy/domain';

/** A new exchange id: a UUIDv7, so that ids sort by the time they were made. */
export function newExchangeId(): string {
  return randomUUIDv7();
}

/**
 * The W3C trace context of an exchange's records: the caller's if it is valid, else a new one, not sampled. A new
 * one is not sent to production: there, a parent decides whether a trace is sampled, and that is not ours to decide.
 */
export function traceparentOf(header: string | null): string {
  if (header !== null && isTraceparent(header)) return header;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}
