import type { StillNeeded } from '@understudy/schemas-avro';
import type { StillNeeded as NeededUnits } from '@understudy/statistics';
import { dayMs } from '../units/days.ts';
import type { VerdictFacts } from './facts.ts';

/** How many requests a lane has had, and how fast they come. */
export interface Traffic {
  readonly requests: number;
  /** In the last day or two; null: nothing is known of it. */
  readonly requestsPerMs: number | null;
}

export function trafficOf({ sums, units, recent, since, windowEnd }: VerdictFacts): Traffic {
  const requests = sums.ledger.sampled;
  if (since === null || units.units === 0) return { requests, requestsPerMs: null };
  const yesterday = Math.floor((windowEnd - 1) / dayMs) * dayMs - dayMs;
  const unitsPerMs = (recent.today.units + recent.yesterday.units) / (windowEnd - Math.max(since, yesterday));
  return { requests, requestsPerMs: unitsPerMs === 0 ? null : (unitsPerMs * requests) / units.units };
}

/**
 * What units are needed, as requests of the whole lane and the time that they take.
 *
 * @param units - that the criterion has had until now
 */
export function neededOf(needed: NeededUnits, units: number, traffic: Traffic): StillNeeded {
  const { verdict, reason } = needed;
  if (needed.requests === null) return { requests: null, ms: null, verdict, reason };
  const requests = Math.ceil((needed.requests * traffic.requests) / units);
  const { requestsPerMs } = traffic;
  return {
    requests,
    ms: requestsPerMs === null ? null : Math.ceil(requests / requestsPerMs),
    verdict,
    reason,
  };
}
