import type { z } from 'zod';
import { type BreakerConfig, breakerSection } from './breaker.ts';
import { baseUrl, duration, integer, name, section, size } from './fields.ts';
import { type RetryConfig, retrySection } from './retry.ts';

/** A candidate model that is called on copies of the requests. */
export interface ShadowConfig {
  /** Part of the lane's name; unique in its experiment. Required. */
  readonly name: string;
  /** Base address, without a slash at its end; the route's path is appended. Required. */
  readonly url: string;
  /** `timeout`: how long the shadow may take to answer, 1ms to 10m; default 500ms. */
  readonly timeoutMs: number;
  /** Calls at the same time, 1 to 1000; default 16. */
  readonly concurrency: number;
  /** Requests in flight, waiting for their turn, or not yet committed, 1 to 100,000, with retries at least 3; default 1000. */
  readonly maxOutstanding: number;
  /**
   * The same in bytes of requests and answers, of each partition, 64KiB to 16GiB; default 32MiB. One request is always
   * taken, and calls that run may exceed it by their answers.
   */
  readonly maxOutstandingBytes: number;
  readonly retry: RetryConfig;
  readonly breaker: BreakerConfig;
}

export const defaultConcurrency = 16;
export const defaultMaxOutstanding = 1000;

export const shadowSection: z.ZodType<ShadowConfig> = section({
  name: name(),
  url: baseUrl(),
  timeout: duration(1, 600_000).prefault('500ms'),
  concurrency: integer(1, 1000).default(defaultConcurrency),
  maxOutstanding: integer(1, 100_000).default(defaultMaxOutstanding),
  maxOutstandingBytes: size(64 * 1024, 16 * 1024 ** 3).prefault('32MiB'),
  retry: retrySection.prefault({}),
  breaker: breakerSection.prefault({}),
}).transform(({ timeout, ...same }) => ({ ...same, timeoutMs: timeout }));
