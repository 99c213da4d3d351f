import type { Answer } from '@understudy/schemas-avro';

/** A call that was answered, by anything but 429 and 5xx: called again, it would be answered alike. */
export interface AnsweredCall {
  readonly status: 'answered';
  readonly answer: Answer;
  readonly latencyMs: number;
}

/** A call that failed in a way that may pass. */
export interface FailedCall {
  readonly status: 'failed' | 'timed_out';
  readonly reason: string;
  readonly answer: Answer | null;
  readonly latencyMs: number;
}

/** What became of one call. */
export type CallResult = AnsweredCall | FailedCall;
