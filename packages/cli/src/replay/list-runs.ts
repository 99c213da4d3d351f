import type { Run } from '@understudy/schemas-avro';
import { isoTime } from './plan-replay.ts';

/** A line for each replay, the newest first. */
export function runListText(runs: ReadonlyMap<string, Run>): string {
  const replays = [...runs.values()]
    .filter(({ kind }) => kind !== 'live')
    .toSorted((a, b) => b.recorded - a.recorded);
  if (replays.length === 0) return 'There are no replays.\n';
  const width = Math.max(...replays.map(({ lane }) => lane.length));
  const rows = replays.map(({ lane, kind, state, start, end }) =>
    [
      lane.padEnd(width),
      kind.padEnd('rejudge'.length),
      state.padEnd('cancelled'.length),
      `${isoTime(start)} to ${end === null ? 'now' : isoTime(end)}`,
    ].join('  '),
  );
  return `${rows.join('\n')}\n`;
}
