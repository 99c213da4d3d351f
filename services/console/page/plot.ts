import { el, placed, svg } from './dom.ts';
import { clock } from './format.ts';
import { type Range, shareOf } from './scale.ts';

/** Something over time. x: ms since the epoch; y: in the plot's own unit; null: nothing there. */
export interface PlotLine {
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Dots, for what stands alone, instead of a line. */
  readonly isDots?: boolean;
}

export interface PlotBand {
  readonly className: string;
  readonly points: readonly (readonly [x: number, lower: number, upper: number])[];
}

export interface Plot {
  readonly range: Range;
  readonly bands: readonly PlotBand[];
  readonly lines: readonly PlotLine[];
  /** Levels with a line across and a label beside it. */
  readonly levels: readonly { readonly y: number; readonly className: string; readonly label: string }[];
  /** Where the reader may point at, ascending, and what is said of it. */
  readonly stops: readonly { readonly x: number; readonly says: string }[];
  /** The whole as a sentence, for those who don't see it. */
  readonly says: string;
}

/** The drawing's own units: it is stretched to whatever room there is. */
const width = 1000;
const height = 100;

/**
 * A figure that is drawn anew with each plot. The drawing is stretched, its texts are not: they are HTML, placed by
 * shares of the room.
 */
export function plotFigure(title: string): {
  readonly node: HTMLElement;
  readonly draw: (plot: Plot) => void;
} {
  const readout = el('p', { class: 'readout' });
  const drawing = el('div', { class: 'drawing' });
  const frame = el('div', { class: 'frame', role: 'img' }, drawing);
  const times = el('p', { class: 'times', 'aria-hidden': 'true' });
  const head = el('figcaption', {}, el('h3', {}, title), readout);
  const cursor = el('div', { class: 'cursor', hidden: '' });
  let shown: Plot | null = null;

  drawing.addEventListener('pointermove', (event) => {
    const room = drawing.getBoundingClientRect();
    if (shown !== null) pointAt(shown, (event.clientX - room.left) / room.width);
  });
  drawing.addEventListener('pointerleave', () => leave());

  function pointAt({ stops }: Plot, share: number): void {
    const span = spanOf(stops);
    const nearest = stops.toSorted(
      (a, b) => Math.abs(shareOf(span, a.x) - share) - Math.abs(shareOf(span, b.x) - share),
    )[0];
    if (nearest === undefined) return;
    cursor.hidden = false;
    placed(cursor, { '--x': shareOf(span, nearest.x) });
    readout.textContent = nearest.says;
  }

  function leave(): void {
    cursor.hidden = true;
    readout.textContent = shown?.stops.at(-1)?.says ?? '';
  }

  return {
    node: el('figure', { class: 'plot' }, head, frame, times),
    draw: (plot) => {
      shown = plot;
      frame.setAttribute('aria-label', plot.says);
      const span = spanOf(plot.stops);
      drawing.replaceChildren(
        shapes(plot, span),
        ...plot.levels.map(({ y, className, label }) =>
          placed(el('span', { class: `level ${className}` }, label), { '--y': shareOf(plot.range, y) }),
        ),
        cursor,
      );
      times.replaceChildren(
        el('span', {}, plot.stops.length > 0 ? clock(span.from) : ''),
        el('span', {}, plot.stops.length > 1 ? clock(span.to) : ''),
      );
      leave();
    },
  };
}

function spanOf(stops: Plot['stops']): Range {
  return { from: stops[0]?.x ?? 0, to: stops.at(-1)?.x ?? 0 };
}

function shapes({ range, bands, lines, levels }: Plot, span: Range): SVGElement {
  const down = (y: number): string => ((1 - shareOf(range, y)) * height).toFixed(2);
  const at = (x: number, y: number): string => `${(shareOf(span, x) * width).toFixed(1)} ${down(y)}`;
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...levels.map(({ y, className }) =>
      svg('path', { class: `across ${className}`, d: `M0 ${down(y)}H${width}` }),
    ),
    ...bands.map(({ className, points }) =>
      svg('path', {
        class: className,
        d: closed([
          ...points.map(([x, , upper]) => at(x, upper)),
          ...points.toReversed().map(([x, lower]) => at(x, lower)),
        ]),
      }),
    ),
    ...lines.map(({ className, points, isDots = false }) =>
      svg('path', { class: className, d: isDots ? dots(points, at) : line(points, at) }),
    ),
  );
}

type At = (x: number, y: number) => string;

/** A gap where there is nothing. */
function line(points: PlotLine['points'], at: At): string {
  return points
    .map(([x, y], index) => {
      if (y === null) return '';
      return `${(points[index - 1]?.[1] ?? null) === null ? 'M' : 'L'}${at(x, y)}`;
    })
    .join('');
}

/** Lines without length: their round ends are not stretched. */
function dots(points: PlotLine['points'], at: At): string {
  return points.map(([x, y]) => (y === null ? '' : `M${at(x, y)}h0`)).join('');
}

function closed(corners: readonly string[]): string {
  return corners.length === 0 ? '' : `M${corners.join('L')}Z`;
}
