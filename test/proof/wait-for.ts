/** Asks every `everyMs` whether something holds, until it does (true) or the time is over (false). */
export async function holdsWithin(
  timeoutMs: number,
  everyMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > giveUpAt) return false;
    await pause(everyMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
