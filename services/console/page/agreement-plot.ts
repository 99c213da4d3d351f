import type { HistoryPoint, LaneView } from '../src/views.ts';
import { clock, count, interval, percent } from './format.ts';
import type { Plot } from './plot.ts';
import { agreementRange } from './scale.ts';
import { coverageSentence } from './words.ts';

/** A lane's agreement over time: the interval as a band, each window's own agreement as a dot, and the margin. */
export function agreementPlot({ margin }: Pick<LaneView, 'margin'>, points: readonly HistoryPoint[]): Plot {
  const range = agreementRange(points, margin);
  const last = points.at(-1);
  return {
    range,
    bands: [
      {
        className: 'band',
        points: points.map(({ windowEnd, agreement }) => [
          windowEnd,
          agreement.lower ?? range.from,
          agreement.upper ?? range.to,
        ]),
      },
    ],
    lines: [
      {
        className: 'dots',
        isDots: true,
        points: points.map(({ windowEnd, windowAgreement }) => [windowEnd, windowAgreement]),
      },
      {
        className: 'estimate',
        points: points.map(({ windowEnd, agreement }) => [windowEnd, agreement.estimate]),
      },
    ],
    levels: [
      { y: range.to, className: 'edge', label: percent(range.to, 0) },
      { y: range.from, className: 'edge', label: percent(range.from, 0) },
      { y: margin, className: 'margin', label: `margin ${percent(margin, 0)}` },
    ],
    stops: points.map((point) => ({ x: point.windowEnd, says: sayPoint(point) })),
    says:
      last === undefined
        ? 'Agreement over time: no window yet.'
        : `Agreement over ${count(points.length)} windows, now ${interval(last.agreement)}; the margin is ${percent(margin)}.`,
  };
}

function sayPoint({ windowEnd, coverage, agreement, windowAgreement, compared }: HistoryPoint): string {
  const window = `window ${percent(windowAgreement, 0)} of ${count(compared)}`;
  const partial = coverage === null ? '' : `, ${coverageSentence(coverage)}`;
  return `${clock(windowEnd)}  ${interval(agreement)}, ${window}${partial}`;
}
