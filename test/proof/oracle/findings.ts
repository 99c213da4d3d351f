import type { Finding } from './task.ts';

/** Collects what is wrong. */
export class Findings {
  readonly all: Finding[] = [];

  add(finding: Finding): void {
    this.all.push(finding);
  }

  /** Adds a finding unless both are the same. */
  same(check: Finding['check'], where: string, expected: string | number, found: string | number): void {
    if (expected !== found) this.add({ check, where, expected: String(expected), found: String(found) });
  }

  /** Adds a finding for every key that is not there exactly once, or should not be there. */
  once(
    check: Finding['check'],
    what: string,
    expected: readonly (string | number)[],
    found: readonly (string | number)[],
  ): void {
    const wanted = new Set(expected);
    const times = Map.groupBy(found, (key) => key);
    for (const key of wanted)
      this.same(check, `${what} ${key}`, 'once', timesText(times.get(key)?.length ?? 0));
    for (const [key, all] of times)
      if (!wanted.has(key)) this.same(check, `${what} ${key}`, 'never', timesText(all.length));
  }
}

function timesText(times: number): string {
  return times === 0 ? 'never' : times === 1 ? 'once' : `${times} times`;
}
