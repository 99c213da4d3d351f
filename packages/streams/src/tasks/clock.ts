import { setImmediate as nextTurn } from 'node:timers/promises';

/** The time that tasks live by: the system's, or one that a test moves. */
export interface Clock {
  /** Ms since the epoch. */
  now(): number;
  /** Calls back once, `ms` from now. Returns how to call it off. */
  after(ms: number, call: () => void): () => void;
  /** Lets everybody else who has something to do go first. */
  turn(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  turn: () => nextTurn(),
};

/** Resolves after `ms`, or as soon as `over` does. */
export async function delay(clock: Clock, ms: number, over: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = clock.after(ms, resolve);
  await Promise.race([promise, over]);
  callOff();
}
