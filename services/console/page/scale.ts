import type { HistoryPoint } from '../src/views.ts';

/** What is left and right, or below and above, in a plot. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Intervals of few requests span nearly everything: the scale is for those that have at least this share of all. */
const enough = 0.1;
const step = 0.05;

/** The agreements to show: up to 1, and down to the margin and to what intervals of enough requests reach. */
export function agreementRange(points: readonly HistoryPoint[], margin: number): Range {
  const all = points.at(-1)?.sampled ?? 0;
  const lows = points
    .filter(({ sampled }) => sampled >= all * enough)
    .flatMap(({ agreement, windowAgreement }) => [agreement.lower ?? 1, windowAgreement ?? 1]);
  const lowest = lows.reduce((a, b) => Math.min(a, b), margin - step);
  return { from: Math.max(0, (Math.ceil(lowest / step) - 1) * step), to: 1 };
}

/** From 0 to a round number that is not below `most`. */
export function roundedRange(most: number): Range {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const to = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= most);
  return { from: 0, to: to ?? 10 * power };
}

/** Where a value lies in a range, 0 to 1; beyond its ends it lies at the end. */
export function shareOf({ from, to }: Range, value: number): number {
  return to === from ? 0.5 : Math.min(1, Math.max(0, (value - from) / (to - from)));
}
