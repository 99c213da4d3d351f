/**
 * A task's life:
 *
 *     taking-over ──> running ──> taking-over     a commit failed: begin again from what is committed
 *        │  │            ├──────> fenced ──> taking-over     another took it; still ours? then take it back
 *        │  │            │           │
 *        │  └─> halted <─┘           │            only a person can go on: the log has a gap
 *        └────────┴──> closed <──────┘            assigned elsewhere, or the process stops
 */
export type TaskState = 'taking-over' | 'running' | 'fenced' | 'halted' | 'closed';

const allowed: Readonly<Record<TaskState, readonly TaskState[]>> = {
  'taking-over': ['running', 'fenced', 'halted', 'closed', 'taking-over'],
  running: ['taking-over', 'fenced', 'halted', 'closed'],
  fenced: ['taking-over', 'closed'],
  halted: ['closed'],
  closed: [],
};

/** The next state, if that is a legal step; throws otherwise, for then the runner itself is wrong. */
export function nextState(from: TaskState, to: TaskState): TaskState {
  if (!allowed[from].includes(to)) throw new Error(`a task can't go from ${from} to ${to}`);
  return to;
}
