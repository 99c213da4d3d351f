import type { Run } from '@understudy/schemas-avro';
import type { Lanes } from './lanes.ts';
import type { Runs } from './runs.ts';
import type { RunView } from './views.ts';

/** Runs over the past, the newest first, and how far they have come. */
export function runViews(runs: Runs, lanes: Pick<Lanes, 'get'>): readonly RunView[] {
  return runs.replays().map((run) => {
    const newest = lanes.get(run.lane);
    return {
      lane: run.lane,
      kind: run.kind,
      state: run.state,
      start: run.start,
      end: run.end,
      speed: run.speed,
      source: run.source,
      live: runs.liveBeside(run.lane)?.lane ?? null,
      closed: closedShare(run, newest?.windowEnd ?? null),
      agreement: newest?.agreement ?? null,
      verdict: newest?.verdict ?? null,
    };
  });
}

/** Empty windows at the end are not written: what has ended is closed. */
function closedShare({ start, end, state }: Run, windowEnd: number | null): number | null {
  if (end === null) return null;
  if (state === 'ended') return 1;
  return windowEnd === null ? 0 : (windowEnd - start) / (end - start);
}
