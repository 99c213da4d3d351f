import { setTimeout as wait } from 'node:timers/promises';

/** Waits until `holds` returns something true, at most `limitMs`. */
export async function waitUntil<T>(what: string, limitMs: number, holds: () => T | Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const result = await holds();
    if (result) return result;
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await wait(20);
  }
}
