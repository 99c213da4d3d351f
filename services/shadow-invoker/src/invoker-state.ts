import { type CommittedOffset, decodeState, type FrontierState } from '@understudy/streams';

/** What an invoker's task keeps with its committed offset. */
export interface InvokerState extends FrontierState {
  /** Log time at the committed offset, ms since the epoch. */
  readonly clock: number;
  /** The run's end record is written. Default false. */
  readonly isEnded?: boolean;
  /**
   * Where the lane's shadow responses begin that tell which ordered sessions are broken, in this partition. Default: none
   * is.
   */
  readonly sessionsFrom?: number;
}

/** @throws StreamsError `state-mismatch` if the offset was not committed by an invoker */
export function invokerStateOf(committed: CommittedOffset): InvokerState {
  return decodeState<InvokerState>(
    committed,
    ({ clock, written }) => typeof clock === 'number' && typeof written === 'number',
  );
}
