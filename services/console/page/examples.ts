import type { LaneView, PairView } from '../src/views.ts';
import { chooseExamples, type Example } from './choose-pairs.ts';
import { el } from './dom.ts';
import { clock, milliseconds } from './format.ts';
import { pairName, segmentName } from './words.ts';

const shownFields = 10;

/** Real requests that were answered differently, in words; opened, with both answers and the request. */
export function examplesSection(): {
  readonly node: HTMLElement;
  readonly update: (view: LaneView, pairs: readonly PairView[]) => void;
} {
  const list = el('ul');
  const empty = el('p', { class: 'quiet' }, 'No pair that differs is at hand.');
  let shown = '';
  return {
    node: el('section', { class: 'examples' }, el('h3', {}, 'Answered differently'), list, empty),
    update: ({ segments }, pairs) => {
      const examples = chooseExamples(pairs, segments);
      const ids = JSON.stringify(examples.map(({ segment, pair }) => [segment, pair.exchangeId]));
      // What somebody reads is not taken away while they read it.
      const isRead = list.querySelector('details[open]') !== null || list.contains(document.activeElement);
      if (ids === shown || isRead) return;
      shown = ids;
      empty.hidden = examples.length > 0;
      list.replaceChildren(...examples.map(item));
    },
  };
}

function item({ segment, pair }: Example): HTMLElement {
  return el(
    'li',
    {},
    ...(segment === null ? [] : [el('p', { class: 'of' }, segmentName(segment))]),
    el(
      'p',
      { class: 'said' },
      el('b', {}, pairName(pair)),
      ': production ',
      el('span', { class: 'production' }, pair.production.says),
      ', shadow ',
      el('span', { class: 'shadow' }, pair.shadow.says),
    ),
    el('p', { class: 'fields' }, ...fields(pair)),
    el(
      'details',
      {},
      el('summary', {}, 'Request and both answers'),
      el('p', { class: 'quiet' }, `${clock(pair.requestTime)}, exchange ${pair.exchangeId}`),
      ...differences(pair),
      ...(pair.patch === null ? [] : [body('JSON Patch from production to the shadow', pair.patch)]),
      body('Request', pair.requestBody),
      body(`Production, ${milliseconds(pair.production.latencyMs)}`, pair.production.body),
      body(`Shadow, ${milliseconds(pair.shadow.latencyMs)}`, pair.shadow.body),
    ),
  );
}

/** Those that make the segments first: they are why the pair is here. */
function fields({ fields: all, segments, requestId }: PairView): Node[] {
  const told = all.filter(({ value }) => value !== requestId);
  const first = told.filter(({ name }) => name in segments);
  const others = told.filter(({ name }) => !(name in segments));
  return [...first, ...others]
    .slice(0, shownFields)
    .map(({ name, value }) => el('span', {}, `${name} `, el('b', {}, value)));
}

function differences({ differences: found }: PairView): Node[] {
  return found.map(({ category, path, production, shadow }) =>
    el(
      'p',
      { class: 'difference' },
      `${category} ${path}: ${production ?? 'nothing'} → ${shadow ?? 'nothing'}`,
    ),
  );
}

function body(title: string, text: string): HTMLElement {
  return el('div', {}, el('h4', {}, title), el('pre', { tabindex: '0' }, readable(text)));
}

/** JSON over several lines; everything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text === '' ? '(nothing was kept)' : text;
  }
}
