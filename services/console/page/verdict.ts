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

/** How much of the answers differ at the most. */
const bands: Readonly<Record<string, string>> = {
  safe: 'safe: less than 1% differ',
  investigate: 'up to 5% differ: investigate',
  'edge-cases': 'up to 10% differ: check edge cases',
  'do-not-deploy': 'more than 10% may differ: don’t deploy',
};

type Shown = Pick<LaneView, 'agreement' | 'criteria' | 'band' | 'recommendation'>;

/** The agreement in large figures, what to do, and the sentences that the verdict rests on. */
export function verdictSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const node = el('div', { class: 'verdict' });
  const draw = drawInto(node, ({ agreement, criteria, band, recommendation }: Shown) => {
    const named = (outcome: string): readonly string[] =>
      criteria.filter((each) => each.outcome === outcome).map(({ name }) => name);
    const told = criteria.filter(({ name, outcome }) => name === 'agreement' || isOpen(outcome));
    const passed = named('pass').filter((name) => name !== 'agreement');
    return [
      el(
        'p',
        { class: 'figure' },
        el('strong', {}, percent(agreement.estimate)),
        ' ',
        el('span', { class: 'bounds' }, boundsOf(agreement)),
        el('span', { class: 'unit' }, ' of answers agree'),
      ),
      ...(band === null ? [] : [el('p', { class: 'quiet' }, bands[band] ?? band)]),
      ...told.map(({ outcome, reason }) => el('p', { class: `reason ${outcome}` }, reason)),
      ...(recommendation === null ? [] : [el('p', { class: 'next' }, recommendation.text)]),
      ...quiet('pass', passed),
      ...quiet('not judged', named('not_evaluated')),
    ];
  });
  return {
    node,
    update: ({ agreement, criteria, band, recommendation }) =>
      draw({ agreement, criteria, band, recommendation }),
  };
}

function isOpen(outcome: string): boolean {
  return outcome === 'fail' || outcome === 'inconclusive';
}

function quiet(what: string, names: readonly string[]): readonly HTMLElement[] {
  return names.length === 0 ? [] : [el('p', { class: 'quiet' }, `${what}: ${names.join(', ')}`)];
}
