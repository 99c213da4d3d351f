import type { LaneView } from '../src/views.ts';
import { drawInto, el } from './dom.ts';
import { boundsOf, percent } from './format.ts';

const marks: Readonly<Record<LaneView['verdict'], string>> = { pass: '✓', fail: '✕', inconclusive: '?' };

/** The verdict as a word with a mark: its colour only repeats it. */
export function verdictPill(verdict: LaneView['verdict']): HTMLElement {
  return el(
    'span',
    { class: `pill ${verdict}` },
    el('span', { 'aria-hidden': 'true' }, marks[verdict]),
    verdict,
  );
}

/** The agreement in large figures, and the sentences that the verdict rests on. */
export function verdictSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const node = el('div', { class: 'verdict' });
  const draw = drawInto(node, ({ agreement, criteria }: Pick<LaneView, 'agreement' | 'criteria'>) => {
    const evaluated = criteria.filter(({ outcome }) => outcome !== 'not_evaluated');
    const others = criteria.filter(({ outcome }) => outcome === 'not_evaluated').map(({ name }) => name);
    return [
      el(
        'p',
        { class: 'figure' },
        el('strong', {}, percent(agreement.estimate)),
        ' ',
        el('span', { class: 'bounds' }, boundsOf(agreement)),
        el('span', { class: 'unit' }, ' of answers agree'),
      ),
      ...evaluated.map(({ outcome, reason }) => el('p', { class: `reason ${outcome}` }, reason)),
      ...(others.length === 0 ? [] : [el('p', { class: 'quiet' }, `not judged yet: ${others.join(', ')}`)]),
    ];
  });
  return { node, update: ({ agreement, criteria }) => draw({ agreement, criteria }) };
}
