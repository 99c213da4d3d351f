import type { CommittedOffset } from '../client/admin.ts';
import { StreamsError } from '../client/errors.ts';

/** Writes what a task keeps with its offsets: all that it can't read again from the log. At most 4 KB. */
export function encodeState(state: object): string {
  return JSON.stringify({ v: 1, ...state });
}

const advice =
  'stop all processes of the group and start one: a reset of its offsets is carried out before the group is joined';

/**
 * Reads what a task kept with an offset.
 *
 * @throws StreamsError `state-mismatch` if the offset was not committed by this kind of task
 */
export function decodeState<T>(committed: CommittedOffset, isState: (value: Partial<T>) => boolean): T {
  const state = parse(committed.metadata);
  if (state?.v === 1 && isState(state)) return state as T;
  throw new StreamsError(
    'state-mismatch',
    `the offset committed for ${committed.topic}/${committed.partition} is not of this task (metadata: ` +
      `${JSON.stringify(committed.metadata)}): somebody has reset it; ${advice}`,
  );
}

/** What `read` says; `otherwise` where the state is of nobody, as after a reset by hand: for those who only look on. */
export function readableState<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StreamsError && error.code === 'state-mismatch') return otherwise;
    throw error;
  }
}

function parse<T>(metadata: string | null): (Partial<T> & { v?: number }) | null {
  try {
    return JSON.parse(metadata ?? 'null') as (Partial<T> & { v?: number }) | null;
  } catch {
    return null;
  }
}
