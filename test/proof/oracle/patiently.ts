import { pause } from '../wait-for.ts';

const limitMs = 60_000;
const pauseMs = 500;

/**
 * Asks until there is an answer: a broker on a machine that has much else to do may not give one in the client's time.
 * Reading twice is harmless.
 *
 * @throws what was thrown last, after a minute; at once what the client does not call passing
 */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || performance.now() >= giveUpAt) throw error;
    }
    await pause(pauseMs);
  }
}

/** Where the client has tried again by itself, and in vain, it calls the result final. */
function isPassing(error: unknown): boolean {
  const { name, retriable } = error as { readonly name?: string; readonly retriable?: boolean };
  return retriable === true || name === 'KafkaJSNumberOfRetriesExceeded';
}
