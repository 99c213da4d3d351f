import type { Run } from './types.generated.ts';

/** A live run as it begins: no end, no gap, the shadow's own limits. Times are ms since the epoch. */
export function liveRun({ lane, start, windowMs, recorded = 0 }: LiveRunOptions): Run {
  return {
    lane,
    start,
    end: null,
    windowMs,
    kind: 'live',
    state: 'running',
    recorded,
    source: null,
    revision: null,
    speed: null,
    rate: null,
    limits: null,
    alerts: true,
    starts: [],
    gaps: [],
  };
}

type LiveRunOptions = Pick<Run, 'lane' | 'start' | 'windowMs'> & { readonly recorded?: number };
