import type { z } from 'zod';
import { duration, list, number, orOff, properFraction, section, text } from './fields.ts';

/** What a lane's verdict asks for. `off` takes a criterion out: then it is listed as not judged. */
export interface VerdictConfig {
  readonly agreement: {
    /** The agreement that is asked for, between 0 and 1; default 0.95. */
    readonly margin: number;
  };
  /** Of the intervals, between 0 and 1; default 0.95. */
  readonly confidence: number;
  readonly latency: {
    /** `p95`: 95% of the shadow's calls are to be answered within it, 1ms to 10m; default off. */
    readonly p95Ms: number | 'off';
    /** The shadow's p99 may be this many times production's, 1 to 1000; default 2. */
    readonly p99Ratio: number | 'off';
    /** `floor`: and this much in any case, 0ms to 10m; default 50ms. */
    readonly floorMs: number;
  };
  readonly errors: {
    /** Share of the shadow's calls that may fail where production answered; default 0.001. */
    readonly max: number | 'off';
  };
  readonly duration: {
    /** `min`: how long the log's requests have to reach, 1h to 365d; default 7d. */
    readonly minMs: number | 'off';
    /** Quarters of days (UTC) in which nobody asks: `sat-00`, `sun-18`. All others have to be covered; default none. */
    readonly closed: readonly string[];
  };
}

export const defaultMargin = 0.95;

const share = orOff(properFraction(), 'a number between 0 and 1, neither included');

export const verdictSection: z.ZodType<VerdictConfig> = section({
  agreement: section({ margin: properFraction().default(defaultMargin) }).prefault({}),
  confidence: properFraction().default(0.95),
  latency: section({
    p95: orOff(duration(1, 600_000), 'a duration with its unit, such as 500ms or 5s').default('off'),
    p99Ratio: orOff(number(1, 1000), 'a number from 1 to 1000').default(2),
    floor: duration(0, 600_000).prefault('50ms'),
  })
    .prefault({})
    .transform(({ p95, p99Ratio, floor }) => ({ p95Ms: p95, p99Ratio, floorMs: floor })),
  errors: section({ max: share.default(0.001) }).prefault({}),
  duration: section({
    min: orOff(duration(3_600_000, 365 * 86_400_000), 'a duration with its unit, such as 12h or 7d').prefault(
      '7d',
    ),
    closed: list(
      text(
        /^(mon|tue|wed|thu|fri|sat|sun)-(00|06|12|18)$/,
        'a weekday and an hour: mon to sun, 00, 06, 12 or 18, as sat-00',
      ),
      'quarters of days',
    ).default([]),
  })
    .prefault({})
    .transform(({ min, closed }) => ({ minMs: min, closed })),
});
