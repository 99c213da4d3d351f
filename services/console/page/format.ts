import type { IntervalView } from '../src/views.ts';

/** Numbers and times for people, written as the command line writes them. */

const none = '–';

/** `1,226` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 request`, `1,226 requests` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `88.3%`; a dash where there is nothing to say. */
export function percent(share: number | null, digits: number = 1): string {
  return share === null ? none : `${(share * 100).toFixed(digits)}%`;
}

/** `88.3% [84.7, 91.4]` */
export function interval(view: IntervalView, digits: number = 1): string {
  const bounds = boundsOf(view, digits);
  return bounds === '' ? percent(view.estimate, digits) : `${percent(view.estimate, digits)} ${bounds}`;
}

/** `[84.7, 91.4]`; empty where there are none. */
export function boundsOf({ lower, upper }: IntervalView, digits: number = 1): string {
  if (lower === null || upper === null) return '';
  return `[${(lower * 100).toFixed(digits)}, ${(upper * 100).toFixed(digits)}]`;
}

/** `1.4 ms`, `213 ms` */
export function milliseconds(value: number | null): string {
  if (value === null) return none;
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
}

/** `14:03:05`, in the reader's own time zone. */
export function clock(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}

/** `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago` */
export function ago(timeMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - timeMs) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
