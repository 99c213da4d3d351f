import type { Interval } from '@understudy/schemas-avro';
import { styleText } from 'node:util';

/** How something is to look where there are colours. */
export type Look = Parameters<typeof styleText>[0];
export type Paint = (look: Look, text: string) => string;

/** Paints for a terminal, unless its user asked for no colours (NO_COLOR); leaves text as it is anywhere else. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (look, text) => styleText(look, text, { stream });
}

/** `1,226` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 request`, `1,226 requests` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `88.3%`; a dash where there is nothing to say. */
export function percent(share: number | null, digits = 1): string {
  return share === null ? '–' : `${(share * 100).toFixed(digits)}%`;
}

/** `88.3% [84.9, 91.1]` */
export function interval({ estimate, lower, upper }: Interval, digits = 1): string {
  if (lower === null || upper === null) return percent(estimate, digits);
  const bounds = [lower, upper].map((bound) => (bound * 100).toFixed(digits));
  return `${percent(estimate, digits)} [${bounds.join(', ')}]`;
}

/** `1.4 ms`, `213 ms` */
export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
}

/** `boosted` for `mortgage.boosted.live`. */
export function shadowOf(lane: string): string {
  return lane.split('.')[1] ?? lane;
}
