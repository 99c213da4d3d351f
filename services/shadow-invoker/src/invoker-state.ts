import { type CommittedOffset, decodeState } from '@understudy/streams';

/** What an invoker's task keeps with its committed offset. */
export interface InvokerState {
  /** Log time at the committed offset, ms since the epoch. */
  readonly clock: number;
  /** Log time of the last shadow response or progress record written: how far readers know. */
  readonly written: number;
}

/** @throws StreamsError `state-mismatch` if the offset was not committed by an invoker */
export function invokerStateOf(committed: CommittedOffset): InvokerState {
  return decodeState<InvokerState>(
    committed,
    ({ clock, written }) => typeof clock === 'number' && typeof written === 'number',
  );
}
