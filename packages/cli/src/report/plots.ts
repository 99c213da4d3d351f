import type { SegmentReport } from '../api.ts';
import { counted, interval, milliseconds, percent } from '../format.ts';
import type { IntervalPlot, TimePlot } from './document.ts';
import type { ReportedLane, ReportedWindow } from './read-report.ts';

/** The running agreement with its sequence, each window's own as dots, and the margin. */
export function agreementPlot(
  { margin, agreement }: Pick<ReportedLane, 'margin' | 'agreement'>,
  windows: readonly ReportedWindow[],
): TimePlot {
  const running = windows.map((window) => window.agreement);
  return {
    says: `Agreement over ${counted(windows.length, 'window')}, now ${interval(agreement)}; the margin is ${percent(margin)}.`,
    times: windows.map(({ windowEnd }) => windowEnd),
    band: { lower: running.map(({ lower }) => lower), upper: running.map(({ upper }) => upper) },
    lines: [
      { name: 'single windows', look: 'dots', values: windows.map(({ windowAgreement }) => windowAgreement) },
      { name: 'agreement', look: 'first', values: running.map(({ estimate }) => estimate) },
    ],
    level: { value: margin, name: `margin ${percent(margin)}` },
    format: (share) => percent(share, 0),
  };
}

export function latencyPlot(windows: readonly ReportedWindow[]): TimePlot {
  const of = (side: 'production' | 'shadow'): readonly (number | null)[] =>
    windows.map(({ p95 }) => p95[side]);
  return {
    says: `p95 of single windows: production up to ${milliseconds(greatest(of('production')))}, shadow up to ${milliseconds(greatest(of('shadow')))}.`,
    times: windows.map(({ windowEnd }) => windowEnd),
    band: null,
    lines: [
      { name: 'production p95', look: 'first', values: of('production') },
      { name: 'shadow p95', look: 'second', values: of('shadow') },
    ],
    level: null,
    format: milliseconds,
  };
}

export function segmentPlot(segments: readonly SegmentReport[]): IntervalPlot {
  const flagged = segments.filter((segment) => segment.flagged).length;
  const below = flagged === 0 ? 'none is' : flagged === 1 ? '1 is' : `${flagged} are`;
  return {
    says: `Agreement of ${counted(segments.length, 'segment')}; ${below} below what is asked of it.`,
    rows: segments.map(({ segment, agreement, margin }) => ({
      name: `${segment.field} = ${segment.value}`,
      interval: agreement,
      margin,
    })),
  };
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
