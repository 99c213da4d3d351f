import type { LaneView } from '../src/views.ts';
import { drawInto, el, placed } from './dom.ts';
import { milliseconds } from './format.ts';

const quantiles = ['p50', 'p95', 'p99'] as const;
const sides = ['production', 'shadow'] as const;

/** How long both sides took, since the run began. */
export function latencySection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const body = el('div');
  const draw = drawInto(body, drawLatency);
  return {
    node: el('section', { class: 'latency' }, el('h3', {}, 'Latency'), body),
    update: ({ latency }) => draw(latency),
  };
}

function drawLatency(latency: LaneView['latency']): Node[] {
  const longest = Math.max(1, ...sides.flatMap((side) => quantiles.map((name) => latency[side][name] ?? 0)));
  const row = (name: (typeof quantiles)[number]): Node =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, name),
      ...sides.map((side) => {
        const value = latency[side][name];
        return el(
          'td',
          { class: side },
          placed(el('span', { class: 'length', 'aria-hidden': 'true' }), {
            '--share': (value ?? 0) / longest,
          }),
          el('span', { class: 'number' }, milliseconds(value)),
        );
      }),
    );
  return [
    el(
      'table',
      {},
      el('caption', { class: 'unseen' }, 'Latency of both sides since the run began'),
      el(
        'thead',
        {},
        el('tr', {}, el('td'), ...sides.map((side) => el('th', { scope: 'col', class: side }, side))),
      ),
      el('tbody', {}, ...quantiles.map(row)),
    ),
  ];
}
