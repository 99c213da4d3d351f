import type { Config } from '@understudy/config';
import type { Run } from '@understudy/schemas-avro';
import { configuredLane } from './lane-setup.ts';

/** Whether nothing more is to be done for a run. */
export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return state === 'ended' || state === 'cancelled';
}

/**
 * The runs over the past that there are room for and those that wait until one of these is over: by when they were
 * recorded, so that every process finds the same ones by itself. What the config has no shadow of is left out.
 */
export function replaysAtOnce(
  config: Pick<Config, 'experiments' | 'replays'>,
  runs: Iterable<Run>,
): { readonly open: readonly Run[]; readonly waiting: readonly Run[] } {
  const replays = [...runs]
    .filter((run) => run.kind !== 'live' && !isOver(run) && configuredLane(config, run.lane) !== null)
    .toSorted((a, b) => a.recorded - b.recorded || (a.lane < b.lane ? -1 : 1));
  const { atOnce } = config.replays;
  return { open: replays.slice(0, atOnce), waiting: replays.slice(atOnce) };
}
