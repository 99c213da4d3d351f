import type { z } from 'zod';
import { duration, integer, section } from './fields.ts';

/** When a shadow counts as down, and what happens to its lane until it is back. */
export interface BreakerConfig {
  /** Requests that fail one after another, with no success between them, 1 to 1000; default 10. Then the lane pauses. */
  readonly failures: number;
  /** `probe`: between the calls by which a paused lane finds out whether its shadow is back, 10ms to 10m; default 1s. */
  readonly probeMs: number;
  /** `maxPause`: after so long requests are skipped until a probe succeeds, 1s to 7d; default 10m. Below half of the retention of requests. */
  readonly maxPauseMs: number;
}

export const defaultMaxPause = '10m';

export const breakerSection: z.ZodType<BreakerConfig> = section({
  failures: integer(1, 1000).default(10),
  probe: duration(10, 600_000).prefault('1s'),
  maxPause: duration(1000, 7 * 86_400_000).prefault(defaultMaxPause),
}).transform(({ probe, maxPause, ...same }) => ({ ...same, probeMs: probe, maxPauseMs: maxPause }));
