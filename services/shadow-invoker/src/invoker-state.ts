import { StreamsError } from '@understudy/streams';

/** What an invoker's task keeps with its committed offset: all that it can't read again from the log. */
export interface InvokerState {
  /** Log time at the committed offset, ms since the epoch. */
  readonly clock: number;
  /** Log time of the last shadow response or progress record written: how far readers know. */
  readonly written: number;
}

export function encodeState(state: InvokerState): string {
  return JSON.stringify({ v: 1, ...state });
}

/** @throws StreamsError `state-mismatch` if the offset was not committed by an invoker */
export function decodeState(metadata: string | null, group: string): InvokerState {
  const state = parse(metadata);
  if (state?.['v'] === 1 && typeof state['clock'] === 'number' && typeof state['written'] === 'number') {
    return { clock: state['clock'], written: state['written'] };
  }
  throw new StreamsError(
    'state-mismatch',
    `the offsets of group ${group} were committed by something else (metadata: ${JSON.stringify(metadata)}): ` +
      'resetting them by hand is not supported yet; delete the group to begin the lane again at its start',
  );
}

function parse(metadata: string | null): Record<string, unknown> | null {
  try {
    return JSON.parse(metadata ?? 'null') as Record<string, unknown> | null;
  } catch {
    return null;
  }
}
