import { type Lane, laneName, laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';

/** `live`, then `live-2` and so on: each goes on where offsets of the one before were reset to. */
const liveName = /^live(?:-(\d+))?$/;

/** The live run that goes on from a lane; null: there is none. */
export function successorOf(runs: ReadonlyMap<string, Run>, lane: Lane): Run | null {
  const name = laneName(lane);
  return [...runs.values()].find(({ kind, source }) => kind === 'live' && source === name) ?? null;
}

/** The lane of a shadow's next live run. */
export function nextLiveLane(runs: ReadonlyMap<string, Run>, { experiment, shadow }: Lane): Lane {
  const numbers = [...runs.values()].flatMap(({ lane }) => {
    const of = laneOf(lane);
    if (of?.experiment !== experiment || of.shadow !== shadow) return [];
    const name = liveName.exec(of.run);
    return name === null ? [] : [Number(name[1] ?? 1)];
  });
  return { experiment, shadow, run: `live-${Math.max(1, ...numbers) + 1}` };
}
