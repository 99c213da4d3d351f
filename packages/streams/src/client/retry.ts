import { setTimeout as wait } from 'node:timers/promises';
import { StreamsError, type StreamsErrorCode, toStreamsError } from './errors.ts';

const firstPauseMs = 50;
const longestPauseMs = 1000;
/** A timer of Node can't be set for longer (25 days). */
const longestTimerMs = 2 ** 31 - 1;

/** Pause before attempt `attempt` (from 1): doubles from 50 ms to 1 s. */
export function pauseMs(attempt: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(attempt - 1, 10), longestPauseMs);
}

/**
 * Repeats `attempt` while it fails with an error that passes, for at most `limitMs`; then throws the last
 * error. `doing` completes the sentence "Kafka: could not …".
 */
export async function retryWithin<T>(limitMs: number, doing: string, attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await inTime(giveUpAt - performance.now(), doing, attempt());
    } catch (error) {
      const failure = toStreamsError(error, doing);
      const pause = pauseMs(attempts);
      if (!failure.retriable || performance.now() + pause >= giveUpAt) throw failure;
      await wait(pause);
    }
  }
}

/**
 * The result of `work`; 'kafka-unavailable' when it takes longer than `limitMs`, 'closed' when `signal`
 * aborts first. What becomes of `work` after that is ignored.
 */
export async function inTime<T>(
  limitMs: number,
  doing: string,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (code: StreamsErrorCode, why: string): void => {
    reject(new StreamsError(code, `Kafka: could not ${doing}: ${why}`));
  };
  const timer = setTimeout(
    () => end('kafka-unavailable', `no answer in time`),
    Math.min(Math.max(limitMs, 0), longestTimerMs),
  );
  const onAbort = (): void => end('closed', 'closed before');
  signal?.addEventListener('abort', onAbort);
  work.catch(() => {}); // may fail after the race was decided
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Makes a client and opens it, and again while that fails with an error that passes, for at most `limitMs`.
 * All that did not open are closed, also the one that is still trying when the time is up: opened later, it
 * would leave a connection behind, or fence somebody.
 */
export async function openWithin<T extends { close(): Promise<void> }>(
  limitMs: number,
  doing: string,
  make: { create(): T; open(client: T): Promise<void> },
): Promise<T> {
  let client: T | undefined;
  try {
    return await retryWithin(limitMs, doing, async () => {
      await client?.close();
      client = make.create();
      await make.open(client);
      return client;
    });
  } catch (error) {
    await client?.close();
    throw error;
  }
}
