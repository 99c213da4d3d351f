import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { changeRun } from '@understudy/streams';
import { UserError } from '../user-error.ts';
import type { OpenReplays } from './open-replays.ts';

/** What can be done with a run that is not over. */
export type Control = 'pause' | 'resume' | 'cancel';

const states = { pause: 'paused', resume: 'running', cancel: 'cancelled' } as const;

/** The run with its state changed; null where it is so already. @throws UserError for a run that is over */
export function controlled(run: Run, control: Control): Run | null {
  const state = states[control];
  if (run.state === state) return null;
  if (run.state === 'ended' || run.state === 'cancelled') {
    throw new UserError(`${run.lane} is ${run.state} already.`);
  }
  return { ...run, state };
}

export async function controlRun({ runs }: OpenReplays, { lane }: Run, control: Control): Promise<Run> {
  const of = laneOf(lane);
  if (of === null) throw new UserError(`${lane} is no lane.`);
  return changeRun(runs, of, (run) => run && controlled(run, control));
}
