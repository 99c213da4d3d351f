import type { StreamsErrorCode } from '../client/errors.ts';

/**
 * What a task does after a fault. Nothing is lost in any case: what wasn't committed is done again.
 *
 * - `begin-again`: take the task over anew, from its last commit
 * - `confirm-membership`: the same, but first hear from the coordinator that the task is still ours
 * - `halt`: stop until a person decides; going on would skip records or mix states
 */
export type FaultPolicy = 'begin-again' | 'confirm-membership' | 'halt';

const policies: Partial<Record<StreamsErrorCode, FaultPolicy>> = {
  fenced: 'confirm-membership',
  'offset-out-of-range': 'halt',
  'batch-unreadable': 'halt',
  'clock-ahead': 'halt',
  'state-mismatch': 'halt',
  'topic-mismatch': 'halt',
};

/** Faults nobody foresaw begin again: that is safe, and most of them pass. */
export function policyFor(code: StreamsErrorCode): FaultPolicy {
  return policies[code] ?? 'begin-again';
}
