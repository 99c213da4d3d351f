import type { LaneView, StatisticView } from '../src/views.ts';
import { drawInto, el } from './dom.ts';
import { statisticRow } from './statistic-words.ts';

/** What is told of both sides' answers to the same requests, folded: a table for those who know the names. */
export function statisticsSection(): {
  readonly node: HTMLElement;
  readonly update: (view: LaneView) => void;
} {
  const body = el('div');
  const draw = drawInto(body, drawStatistics);
  const node = el(
    'section',
    { class: 'statistics' },
    el('details', {}, el('summary', {}, 'Statistics of the pairs'), body),
  );
  return {
    node,
    update: ({ statistics }) => {
      node.hidden = statistics.length === 0;
      draw(statistics);
    },
  };
}

const columns = ['estimate', 'interval', 'p'] as const;

function drawStatistics(statistics: readonly StatisticView[]): Node[] {
  return [
    el(
      'table',
      {},
      el('caption', { class: 'unseen' }, 'Statistics of both sides’ answers to the same requests'),
      el('thead', {}, el('tr', {}, el('td'), ...columns.map((column) => el('th', { scope: 'col' }, column)))),
      el('tbody', {}, ...statistics.map(row)),
    ),
    el(
      'p',
      { class: 'quiet' },
      'They describe, and decide nothing: ',
      el('a', { class: 'quiet', href: '/page/statistics.md', target: '_blank' }, 'what each says'),
    ),
  ];
}

function row(statistic: StatisticView): Node {
  const { name, reason, ...cells } = statisticRow(statistic);
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      name,
      ...(reason === '' ? [] : [el('span', { class: 'quiet' }, ` ${reason}`)]),
    ),
    ...columns.map((column) => el('td', {}, cells[column])),
  );
}
