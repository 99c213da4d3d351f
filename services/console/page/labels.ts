import type { LabelsReport, LaneView } from '../src/views.ts';
import { readLabels } from './api.ts';
import { drawInto, el } from './dom.ts';
import { count, interval } from './format.ts';
import { reportSentences } from './labels-words.ts';
import { latestOnly } from './latest-only.ts';

/** How often each side was right, as far as labels have come, and what that rests on; not there before the first. */
export function labelsSection(lane: string): {
  readonly node: HTMLElement;
  readonly update: (view: LaneView) => void;
} {
  const body = el('div');
  const more = el('div');
  const node = el('section', { class: 'labels' }, el('h3', {}, 'Right, by labels'), body, more);
  const draw = drawInto(body, (labels: LaneView['labels']) =>
    labels === null
      ? []
      : [
          el('p', {}, el('span', { class: 'production' }, 'production'), ` ${interval(labels.production)}`),
          el('p', {}, el('span', { class: 'shadow' }, 'shadow'), ` ${interval(labels.shadow)}`),
          el('p', { class: 'quiet' }, `of ${count(labels.labelled)} whose label has come`),
        ],
  );
  const drawMore = drawInto(more, (report: LabelsReport) =>
    reportSentences(report).map((sentence) => el('p', {}, sentence)),
  );
  const readMore = latestOnly(async () => drawMore(await readLabels(lane)));
  let known = '';
  return {
    node,
    update: ({ labels }) => {
      node.hidden = labels === null;
      draw(labels);
      const said = JSON.stringify(labels);
      if (labels !== null && said !== known) readMore();
      known = said;
    },
  };
}
