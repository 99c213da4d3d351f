import type { LaneView, SegmentView } from '../src/views.ts';
import { drawInto, el, placed } from './dom.ts';
import { count, interval, percent } from './format.ts';
import { segmentName } from './words.ts';

const shownAtFirst = 8;

/** The declared parts of the traffic, the most concerning first, each with its interval against its margin. */
export function segmentsSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const body = el('div');
  let isWhole = false;
  const draw = drawInto(body, ({ segments, whole }: { segments: readonly SegmentView[]; whole: boolean }) => [
    el('ol', {}, ...(whole ? segments : segments.slice(0, shownAtFirst)).map(row)),
  ]);
  const more = el('button', { type: 'button', class: 'more' });
  let shown: readonly SegmentView[] = [];

  function update(segments: readonly SegmentView[]): void {
    shown = segments;
    node.hidden = segments.length === 0;
    draw({ segments, whole: isWhole });
    more.hidden = segments.length <= shownAtFirst;
    more.textContent = isWhole ? 'Show fewer' : `Show all ${count(segments.length)}`;
  }

  more.addEventListener('click', () => {
    isWhole = !isWhole;
    update(shown);
  });
  const node = el(
    'section',
    { class: 'segments' },
    el('h3', {}, 'What agrees least', el('span', { class: 'legend' }, 'dashed: its margin')),
    body,
    more,
  );
  return { node, update: ({ segments }: LaneView) => update(segments) };
}

function row({ segment, agreement, compared, margin, flagged }: SegmentView): Node {
  const { estimate, lower, upper } = agreement;
  const bar = placed(
    el(
      'div',
      { class: 'bar', 'aria-hidden': 'true' },
      el('span', { class: 'span' }),
      ...(estimate === null ? [] : [el('span', { class: 'point' })]),
      el('span', { class: 'margin' }),
    ),
    { '--lower': lower ?? 0, '--upper': upper ?? 1, '--estimate': estimate ?? 0, '--margin': margin },
  );
  const says = `${interval(agreement, 0)} of ${count(compared)}`;
  return el(
    'li',
    { class: flagged ? 'flagged' : '' },
    el('span', { class: 'name' }, segmentName(segment)),
    el(
      'span',
      { class: 'number' },
      says,
      ...(flagged ? [el('span', { class: 'below' }, `below its margin of ${percent(margin, 0)}`)] : []),
    ),
    bar,
  );
}
