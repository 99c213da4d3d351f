import { constants } from 'node:os';
import { watchParent } from './parent-watch.js';

/** Why everything has to stop. */
export interface StopReason {
  readonly kind: 'signal' | 'parent-gone';
  /** SIGHUP when the parent is gone. */
  readonly signal: StopSignal;
  /** What shells expect: 128 + the signal's number. */
  readonly exitCode: number;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** Signals within this time are one request: npm passes on a Ctrl-C that the terminal has sent to everyone already. */
const SAME_REQUEST_MS = 500;

/**
 * Calls `stop` once, at the first SIGINT, SIGTERM, SIGHUP or when the parent is gone; `killNow` at a signal that comes later while `stop` is at work, or when `stop`
 * fails. Returns a function that takes the handlers away.
 */
export function onStopRequest(actions: {
  readonly stop: (reason: StopReason) => Promise<void>;
  readonly killNow: (reason: StopReason) => void;
}): () => void {
  let firstAt: number | null = null;
  const request = (kind: StopReason['kind'], signal: StopSignal): void => {
    const reason = { kind, signal, exitCode: 128 + constants.signals[signal] };
    const now = performance.now();
    if (firstAt !== null) {
      if (kind === 'signal' && now - firstAt > SAME_REQUEST_MS) actions.killNow(reason);
      return;
    }
    firstAt = now;
    ignoreBrokenOutput();
    actions.stop(reason).catch((error: unknown) => {
      process.stderr.write(`stopping failed: ${String(error)}\n`);
      actions.killNow(reason);
    });
  };
  const onSignal = (signal: NodeJS.Signals): void => request('signal', signal as StopSignal);
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  const endWatch = watchParent(() => request('parent-gone', 'SIGHUP'));
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    endWatch();
  };
}

/** Whoever read our output may be gone: a write into nothing must not end the process before its children. */
function ignoreBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
