import type { RunView } from '../src/views.ts';
import { drawInto, el, placed } from './dom.ts';
import { interval, percent } from './format.ts';
import { verdictPill } from './verdict.ts';
import { compareHint, laneWords, rangeWords, stateWords } from './run-words.ts';

/** Runs over the past, a row each: what it covers, how far it is, what it has found; left out where there are none. */
export function replaysSection(host: HTMLElement): (runs: readonly RunView[]) => void {
  const body = el('ul');
  host.append(el('h3', {}, 'Replays'), body);
  host.hidden = true;
  const draw = drawInto(body, (runs: readonly RunView[]) => runs.map(row));
  return (runs) => {
    host.hidden = runs.length === 0;
    draw(runs);
  };
}

function row(run: RunView): Node {
  const { lane, state, closed, agreement, verdict, live } = run;
  const { name, of } = laneWords(lane);
  return el(
    'li',
    {},
    ...(verdict === null ? [] : [verdictPill(verdict)]),
    verdict === null ? el('b', {}, name) : el('a', { href: `#${lane}` }, el('b', {}, name)),
    el('span', { class: 'quiet' }, of),
    el('span', { class: 'range' }, rangeWords(run)),
    el(
      'span',
      { class: `progress ${state}` },
      placed(el('span', { class: 'track', 'aria-hidden': 'true' }), { '--closed': closed ?? 0 }),
      `${percent(closed, 0)}, ${stateWords(run)}`,
    ),
    ...(agreement === null ? [] : [el('span', { class: 'number' }, interval(agreement))]),
    ...(live === null ? [] : [el('a', { href: `#${live}` }, 'beside live')]),
    el('code', { class: 'quiet' }, compareHint(run)),
  );
}
