import type { LogLookup } from '@understudy/streams';
import type { Counter, Metrics } from '@understudy/telemetry';

export type LookupMetrics = Counter<'lane' | 'outcome'>;

/** To be called once per process. */
export function createLookupMetrics(metrics: Metrics): LookupMetrics {
  return metrics.counter({
    name: 'understudy_comparator_lookups_total',
    help: 'Reads of records again by their position, as for the pairs of recovered requests: found, or missing, for they were deleted.',
    labels: ['lane', 'outcome'],
  });
}

/** A lookup whose reads are counted for a lane. */
export function measuredLookup(lookup: LogLookup, metrics: LookupMetrics, lane: string): LogLookup {
  return {
    start: (...at) => lookup.start(...at),
    offsetAtTime: (...at) => lookup.offsetAtTime(...at),
    read: async (...at) => {
      const found = await lookup.read(...at);
      metrics.inc({ lane, outcome: found === null ? 'missing' : 'found' });
      return found;
    },
  };
}
