import { parseDuration } from '@understudy/config';
import { InvalidArgumentError } from 'commander';

/**
 * A moment as a person writes it: ISO 8601, or how long ago: `-2h`, `-30m`, `-0s`.
 *
 * @returns ms since the epoch
 * @throws InvalidArgumentError
 */
export function parseMoment(text: string, nowMs: number): number {
  if (text.startsWith('-')) {
    const agoMs = parseDuration(text.slice(1));
    if (agoMs !== null) return nowMs - agoMs;
  }
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new InvalidArgumentError('It must be a time such as 2026-03-01T08:00:00Z, or how long ago: -2h.');
}

/**
 * How fast: `as-recorded`, `5x`, `0.5x`, or `max`, which is as fast as the limits allow.
 *
 * @returns times faster than recorded; null: `max`
 * @throws InvalidArgumentError
 */
export function parseSpeed(text: string): number | null {
  if (text === 'max') return null;
  if (text === 'as-recorded') return 1;
  const speed = Number(/^(\d{1,4}(?:\.\d{1,3})?)x$/.exec(text)?.[1]);
  if (speed > 0) return speed;
  throw new InvalidArgumentError('It must be as-recorded, max, or how many times faster: 5x.');
}

/** Calls at the same time: a whole number. @throws InvalidArgumentError */
export function parseCalls(text: string): number {
  const calls = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (calls >= 1 && calls <= 1_000) return calls;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
}

/** Calls a second: `20`, `0.5`. @throws InvalidArgumentError */
export function parseRate(text: string): number {
  const rate = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw new InvalidArgumentError('It must be a number of calls a second: 20, or 0.5.');
}
