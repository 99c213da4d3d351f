import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { UserError } from '../user-error.ts';

/**
 * The run that a person means: by its own name, or by its lane's where several shadows have one of that name.
 *
 * @throws UserError if there is none, or more than one
 */
export function findNamed(runs: ReadonlyMap<string, Run>, name: string): Run {
  const replays = [...runs.values()].filter(({ kind }) => kind !== 'live');
  const found = replays.filter(({ lane }) => lane === name || laneOf(lane)?.run === name);
  const [run, ...others] = found;
  if (run === undefined) {
    throw new UserError(`There is no replay ${name}. \`understudy replay list\` shows those that there are.`);
  }
  if (others.length === 0) return run;
  throw new UserError(`Which one? ${found.map(({ lane }) => lane).join(', ')}`);
}
