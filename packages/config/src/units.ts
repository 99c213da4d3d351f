/** Durations and sizes as they are written in `understudy.yaml`: a whole number and its unit, nothing between. */

const msPerUnit = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const bytesPerUnit = { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 } as const;

/** `500ms`, `5s`, `10m`, `12h` or `7d` in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  return parseQuantity(text, msPerUnit);
}

/** Milliseconds in the largest unit that leaves a whole number: 90000 is `90s`. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, msPerUnit, 'ms');
}

/** A duration, or a list or a mapping of some, as they would be written. What is no number, as `off`, stays as it is. */
export function formatDurations(ms: unknown): unknown {
  if (typeof ms === 'number') return formatDuration(ms);
  if (Array.isArray(ms)) return ms.map(formatDurations);
  if (typeof ms !== 'object' || ms === null) return ms;
  return Object.fromEntries(Object.entries(ms).map(([key, each]) => [key, formatDurations(each)]));
}

/** `512B`, `4KiB`, `1MiB` or `1GiB` in bytes; null for anything else. */
export function parseSize(text: string): number | null {
  return parseQuantity(text, bytesPerUnit);
}

/** Bytes in the largest unit that leaves a whole number: 4096 is `4KiB`. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, bytesPerUnit, 'B');
}

type Units = Readonly<Record<string, number>>;

function parseQuantity(text: string, units: Units): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,10})([A-Za-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? null : Number(digits) * factor;
}

/** `units` is ordered from the largest to the smallest. */
function formatQuantity(amount: number, units: Units, smallest: string): string {
  for (const [unit, factor] of Object.entries(units)) {
    if (amount >= factor && amount % factor === 0) return `${amount / factor}${unit}`;
  }
  return `${amount}${smallest}`;
}
