import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, for the error: `the verdict of lane a`. */
  readonly what: string;
  readonly timeoutMs: number;
}

const pollMs = 20;

/**
 * Waits until the condition holds. It is asked at once, then every 20 ms, never twice at a time. What it throws is thrown
 * on: a condition that may fail for a while catches for itself.
 *
 * Rejects with an error that says what was waited for; also when a single question takes longer than the limit.
 */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  { what, timeoutMs }: WaitOptions,
): Promise<void> {
  const limit = AbortSignal.timeout(timeoutMs);
  const inVain = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(new Error(`waited ${timeoutMs} ms in vain for ${what}`)));
  });
  const holds = async (): Promise<void> => {
    while (!(await condition()) && !limit.aborted) await delay(pollMs);
  };
  await Promise.race([holds(), inVain]);
}

/** Lets time pass, where time is what is tested. Not for waiting until something has happened: see {@link waitFor}. */
export async function letTimePass(ms: number): Promise<void> {
  await delay(ms);
}
