import type { z } from 'zod';
import { duration, integer, list, section } from './fields.ts';

/**
 * What happens to a request whose call failed in a way that may pass: a connection error, a timeout, 429 or 5xx. First
 * it is called again in place, then once after each of the delays, then it is a dead letter.
 */
export interface RetryConfig {
  /** Calls in place, the first one among them, 1 to 5; default 2. */
  readonly attempts: number;
  /** `pause`: between calls in place, 1ms to 1m; default 100ms. */
  readonly pauseMs: number;
  /** `delays`: two, the second longer, each 100ms to 10m; default 30s and 5m. Empty: a failure in place is final. */
  readonly delaysMs: readonly number[];
}

const allowedDelays = 'two delays, the second longer than the first, or [] for none';

export const retrySection: z.ZodType<RetryConfig> = section({
  attempts: integer(1, 5).default(2),
  pause: duration(1, 60_000).prefault('100ms'),
  delays: list(duration(100, 600_000), 'delays').refine(isNoneOrTwo, allowedDelays).prefault(['30s', '5m']),
}).transform(({ pause, delays, ...same }) => ({ ...same, pauseMs: pause, delaysMs: delays }));

function isNoneOrTwo(delays: readonly number[]): boolean {
  const [first, second, ...others] = delays;
  if (first === undefined) return true;
  return second !== undefined && second > first && others.length === 0;
}
