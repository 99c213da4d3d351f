import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { UserError } from '../user-error.ts';

/**
 * The run that a person means: by its own name, or by its lane's where several shadows have one of that name.
 *
 * @param among - default: replays alone
 * @throws UserError if there is none, or more than one
 */
export function findNamed(
  runs: ReadonlyMap<string, Run>,
  name: string,
  among: 'replays' | 'any' = 'replays',
): Run {
  const known = [...runs.values()].filter(({ kind }) => among === 'any' || kind !== 'live');
  const found = known.filter(({ lane }) => lane === name || laneOf(lane)?.run === name);
  const [run, ...others] = found;
  if (run === undefined) {
    const what = among === 'any' ? 'run' : 'replay';
    throw new UserError(
      `There is no ${what} ${name}. \`understudy replay list\` shows the replays that there are.`,
    );
  }
  if (others.length === 0) return run;
  throw new UserError(`Which one? ${found.map(({ lane }) => lane).join(', ')}`);
}
