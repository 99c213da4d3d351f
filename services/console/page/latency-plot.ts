import type { HistoryPoint } from '../src/views.ts';
import { clock, milliseconds } from './format.ts';
import type { Plot } from './plot.ts';
import { roundedRange } from './scale.ts';

/** p95 of both sides, window by window. */
export function latencyPlot(points: readonly HistoryPoint[]): Plot {
  const highest = points.reduce((most, { p95 }) => Math.max(most, p95.production ?? 0, p95.shadow ?? 0), 0);
  const range = roundedRange(highest);
  const last = points.at(-1);
  return {
    range,
    bands: [],
    lines: (['production', 'shadow'] as const).map((side) => ({
      className: side,
      points: points.map(({ windowEnd, p95 }) => [windowEnd, p95[side]]),
    })),
    levels: [
      { y: range.to, className: 'edge', label: milliseconds(range.to) },
      { y: 0, className: 'edge', label: '0' },
    ],
    stops: points.map((point) => ({ x: point.windowEnd, says: sayPoint(point) })),
    says:
      last === undefined
        ? 'Latency over time: no window yet.'
        : `95th percentile of latency over time, in the newest window ${sayBoth(last)}.`,
  };
}

function sayPoint(point: HistoryPoint): string {
  return `${clock(point.windowEnd)}  ${sayBoth(point)}`;
}

function sayBoth({ p95 }: HistoryPoint): string {
  return `production ${milliseconds(p95.production)}, shadow ${milliseconds(p95.shadow)}`;
}
