import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from '@understudy/schemas-avro';
import type { AnsweredCall, FailedCall } from './call-result.ts';
import type { ShadowCaller } from './call-shadow.ts';

export interface InPlaceOptions {
  readonly request: Request;
  /** Calls made before, in another place. */
  readonly attemptsBefore: number;
  /** Calls to be made at the most. */
  readonly attempts: number;
  /** Between two calls. */
  readonly pauseMs: number;
  readonly closed: AbortSignal;
  /** Told before each call after the first. */
  readonly onRetry: () => void;
}

/** What came of calling in one place. `attempts`: calls made in all, those before among them. */
export type Called = (
  | { readonly isAnswered: true; readonly attempts: number; readonly last: AnsweredCall }
  | ({ readonly isAnswered: false; readonly last: FailedCall } & FailedCalls)
) & {
  /** The calls made here and the pauses between, ms: not what they waited for their turn, or for the shadow to be back. */
  readonly tookMs: number;
};

/** Calls that failed, all of them. Times are ms since the epoch. */
export interface FailedCalls {
  readonly attempts: number;
  readonly firstFailureMs: number;
  readonly lastFailureMs: number;
}

/**
 * Calls a shadow until it answers, with a pause in between. An answer of any kind but 429 and 5xx is one.
 *
 * @returns null: it was not called at all, for it is down (or `closed` is over)
 */
export async function callInPlace(
  caller: Pick<ShadowCaller, 'call'>,
  options: InPlaceOptions,
): Promise<Called | null> {
  const { request, attemptsBefore, attempts, pauseMs, closed, onRetry } = options;
  let failed: (Called & { readonly isAnswered: false }) | null = null;
  let tookMs = 0;
  for (let attempt = attemptsBefore + 1; attempt <= attemptsBefore + attempts; attempt += 1) {
    if (failed !== null) {
      await pause(pauseMs, undefined, { signal: closed }).catch(() => undefined);
      tookMs += pauseMs;
      onRetry();
    }
    const last = await caller.call(request, attempt, closed);
    if (last === null) return failed;
    tookMs += last.latencyMs;
    if (last.status === 'answered') return { isAnswered: true, attempts: attempt, last, tookMs };
    const nowMs = Date.now();
    const firstFailureMs: number = failed?.firstFailureMs ?? nowMs;
    failed = {
      isAnswered: false,
      attempts: attempt,
      last,
      firstFailureMs,
      lastFailureMs: nowMs,
      tookMs,
    };
  }
  return failed;
}
