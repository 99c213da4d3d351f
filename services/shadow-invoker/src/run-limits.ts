import type { ShadowConfig } from '@understudy/config';
import type { Run } from '@understudy/schemas-avro';

/** A replay takes this share of what the shadow takes, so that the live lane keeps the rest. */
const replayShare = 0.25;

/** The shadow with the limits that hold in a run: the run's own; else, in a replay, a quarter of the shadow's. */
export function shadowInRun(shadow: ShadowConfig, { kind, limits }: Run): ShadowConfig {
  if (limits === null && kind === 'live') return shadow;
  const { concurrency, maxOutstanding } = limits ?? quarterOf(shadow);
  // Every input of a task needs a place.
  const inputs = 1 + shadow.retry.delaysMs.length;
  return {
    ...shadow,
    concurrency: Math.max(1, concurrency),
    maxOutstanding: Math.max(inputs, maxOutstanding),
  };
}

function quarterOf({ concurrency, maxOutstanding }: ShadowConfig): NonNullable<Run['limits']> {
  return {
    concurrency: Math.floor(concurrency * replayShare),
    maxOutstanding: Math.floor(maxOutstanding * replayShare),
  };
}
