import type { ShadowResponse } from '@understudy/schemas-avro';
import type { Logged } from './logged.ts';
import type { LaneRules } from './task.ts';

/** What became of one deferred request, and the window that counts it. */
export interface Recovery {
  readonly partition: number;
  /** Of the shadow response, and of the request that it is about. */
  readonly offset: number;
  readonly requestOffset: number;
  readonly windowStart: number;
  readonly outcome: string;
  readonly attempts: number;
  readonly appendedMs: number;
}

/**
 * The recoveries of one partition, in the order of the log. One belongs to the window of the last first response or
 * progress record before it.
 */
export function recoveriesOf(
  { windowMs }: LaneRules,
  shadows: readonly Logged<ShadowResponse>[],
): readonly Recovery[] {
  const recoveries: Recovery[] = [];
  let frontierMs = 0;
  for (const { partition, offset, value, raw } of shadows) {
    if (value === null) continue;
    const { kind, requestOffset, requestTime, status, attempts } = value;
    if (kind !== 'recovery') {
      frontierMs = requestTime;
      continue;
    }
    const windowStart = Math.floor(frontierMs / windowMs) * windowMs;
    const outcome = (status ?? 'none').replace('_', '-');
    const appendedMs = raw.timestampMs;
    recoveries.push({ partition, offset, requestOffset, windowStart, outcome, attempts, appendedMs });
  }
  return recoveries;
}
