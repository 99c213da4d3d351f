import { setTimeout as delay } from 'node:timers/promises';

export interface PollOptions {
  readonly everyMs: number;
  /** Never runs twice at a time. */
  readonly look: () => Promise<void>;
  /** A look that failed; the next one comes at its time. */
  readonly onFailure: (error: unknown) => void;
}

/** Looks again and again, at once first, until it is closed; closing waits for a look under way. */
export function poll({ everyMs, look, onFailure }: PollOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  async function run(): Promise<void> {
    while (!signal.aborted) {
      await look().catch(onFailure);
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  }
  const done = run();
  return {
    close: async () => {
      closing.abort();
      await done;
    },
  };
}
