import type { Health } from '@understudy/telemetry';
import type { TaskGroup } from './task-group.ts';

/** Ready: every task that is here runs. A process without tasks is ready too: it stands by. */
export function readiness(groups: readonly TaskGroup[]): Health {
  const states = groups.flatMap((group) =>
    [...group.states()].map(([task, state]) => ({ group: group.id, task, state })),
  );
  const notRunning = states.filter(({ state }) => state !== 'running');
  return { ok: notRunning.length === 0, detail: { tasks: states.length, notRunning } };
}
