import type { IntervalPlot, TimePlot } from './document.ts';
import { htmlText } from './html-text.ts';

const width = 720;
const height = 180;
const left = 56;
const bottom = 22;
const rowHeight = 22;
const nameWidth = 220;

/** A plot as one SVG element, with all of its text. */
export function timePlotSvg(plot: TimePlot): string {
  const values = [
    ...plot.lines.flatMap((line) => line.values),
    ...(plot.band === null ? [] : [...plot.band.lower, ...plot.band.upper]),
    plot.level?.value ?? null,
  ].filter((value) => value !== null);
  if (values.length === 0 || plot.times.length === 0) return `<p>${htmlText(plot.says)}</p>`;
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const [start = 0, end = 0] = [plot.times[0], plot.times.at(-1)];
  const x = (time: number): string =>
    (left + ((time - start) / Math.max(1, end - start)) * (width - left - 8)).toFixed(1);
  const y = (value: number): string =>
    (8 + ((greatest - value) / Math.max(1e-12, greatest - least)) * (height - bottom - 16)).toFixed(1);
  const at = (of: readonly (number | null)[]): string[] =>
    of.flatMap((value, n) => (value === null ? [] : [`${x(plot.times[n] ?? start)},${y(value)}`]));
  const shapes = [
    ...(plot.band === null
      ? []
      : [
          `<polygon class="band" points="${[...at(plot.band.upper), ...at(plot.band.lower).toReversed()].join(' ')}"/>`,
        ]),
    ...plot.lines.map(({ look, values: of }) =>
      look === 'dots'
        ? at(of)
            .map(
              (point) =>
                `<circle class="dots" cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="1.6"/>`,
            )
            .join('')
        : `<polyline class="${look}" points="${at(of).join(' ')}"/>`,
    ),
    ...(plot.level === null
      ? []
      : [
          `<line class="level" x1="${left}" x2="${width}" y1="${y(plot.level.value)}" y2="${y(plot.level.value)}"/>`,
          `<text x="${width - 4}" y="${labelY(Number(y(plot.level.value)))}" text-anchor="end">${htmlText(plot.level.name)}</text>`,
        ]),
    `<text x="${left - 6}" y="${Number(y(greatest)) + 4}" text-anchor="end">${htmlText(plot.format(greatest))}</text>`,
    `<text x="${left - 6}" y="${Number(y(least)) + 4}" text-anchor="end">${htmlText(plot.format(least))}</text>`,
    `<text x="${left}" y="${height - 4}">${clock(start)}</text>`,
    `<text x="${width - 4}" y="${height - 4}" text-anchor="end">${clock(end)}</text>`,
  ];
  return figure(plot.says, height, shapes, plot.lines);
}

export function intervalPlotSvg({ says, rows }: IntervalPlot): string {
  const ends = rows.flatMap(({ interval, margin }) => [interval.lower, interval.upper, margin]);
  const least = Math.min(...ends.filter((end) => end !== null), 1);
  const x = (share: number): string =>
    (nameWidth + ((share - least) / Math.max(1e-12, 1 - least)) * (width - nameWidth - 12)).toFixed(1);
  const shapes = rows.flatMap(({ name, interval, margin }, n) => {
    const y = n * rowHeight + rowHeight / 2;
    const { lower, upper, estimate } = interval;
    return [
      `<text x="${nameWidth - 10}" y="${y + 4}" text-anchor="end">${htmlText(name)}</text>`,
      ...(margin === null
        ? []
        : [`<line class="level" x1="${x(margin)}" x2="${x(margin)}" y1="${y - 9}" y2="${y + 9}"/>`]),
      ...(lower === null || upper === null
        ? []
        : [`<line class="first" x1="${x(lower)}" x2="${x(upper)}" y1="${y}" y2="${y}"/>`]),
      ...(estimate === null ? [] : [`<circle class="estimate" cx="${x(estimate)}" cy="${y}" r="3.5"/>`]),
    ];
  });
  return figure(says, rows.length * rowHeight, shapes, []);
}

function figure(says: string, of: number, shapes: readonly string[], lines: TimePlot['lines']): string {
  const legend = lines.map(({ name, look }) => `<span class="key ${look}">${htmlText(name)}</span>`).join('');
  return [
    `<figure><svg viewBox="0 0 ${width} ${of}" role="img" aria-label="${htmlText(says)}">`,
    ...shapes,
    `</svg><figcaption>${htmlText(says)} ${legend}</figcaption></figure>`,
  ].join('\n');
}

/** Above its line, or where that would be outside, below it. */
function labelY(line: number): number {
  return line < 16 ? line + 12 : line - 4;
}

/** `01-31 12:00` */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice('YYYY-'.length, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ');
}
