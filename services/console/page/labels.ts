import type { LaneView } from '../src/views.ts';
import { drawInto, el } from './dom.ts';
import { count, interval } from './format.ts';

/** How often each side was right, as far as labels have come; not there before the first. */
export function labelsSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const body = el('div');
  const node = el('section', { class: 'labels' }, el('h3', {}, 'Right, by labels'), body);
  const draw = drawInto(body, (labels: LaneView['labels']) =>
    labels === null
      ? []
      : [
          el('p', {}, el('span', { class: 'production' }, 'production'), ` ${interval(labels.production)}`),
          el('p', {}, el('span', { class: 'shadow' }, 'shadow'), ` ${interval(labels.shadow)}`),
          el('p', { class: 'quiet' }, `of ${count(labels.labelled)} whose label has come`),
        ],
  );
  return {
    node,
    update: ({ labels }) => {
      node.hidden = labels === null;
      draw(labels);
    },
  };
}
