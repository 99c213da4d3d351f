import { constants } from 'node:os';
import { exitWhenParentIsGone } from '@understudy/infra-local';

/** Whether the run was told to stop, and what to exit with then. */
export interface Interruption {
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP, and when the parent is gone. */
  readonly signal: AbortSignal;
  /** As shells expect: 128 + the signal's number. Null while not interrupted. */
  readonly exitCode: () => number | null;
}

/**
 * Watches for the end of the run from outside. Signals after the first change nothing: everything that is ended then has
 * a limit of its own. When the parent is gone, this process exits once `ended` is settled.
 */
export function watchForInterruption(ended: Promise<unknown>): Interruption {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const interrupt = (name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    exitCode ??= 128 + constants.signals[name];
    controller.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt(name));
  exitWhenParentIsGone(async () => {
    interrupt('SIGHUP');
    await ended;
  });
  // Whoever read the output may be gone first: what was started is ended all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return { signal: controller.signal, exitCode: () => exitCode };
}
