import type { LaneView } from '../src/views.ts';
import { drawInto, el, placed } from './dom.ts';
import { count } from './format.ts';
import { ledgerSentence, notComparableSentence, reasons, reasonsIn } from './words.ts';

type Shown = Pick<LaneView, 'ledger' | 'notComparable' | 'corrected' | 'balanced' | 'recovered'>;

/** Where every sampled request went: a bar, the sum as a sentence, and each reason with what it says. */
export function ledgerSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const body = el('div');
  const draw = drawInto(body, drawLedger);
  return {
    node: el('section', { class: 'ledger' }, el('h3', {}, 'Where every request went'), body),
    update: ({ ledger, notComparable, corrected, balanced, recovered }) =>
      draw({ ledger, notComparable, corrected, balanced, recovered }),
  };
}

function drawLedger({ ledger, notComparable, corrected, balanced, recovered }: Shown): Node[] {
  const others = reasonsIn(ledger.notCompared);
  const parts = [
    { className: 'compared', requests: ledger.compared },
    ...others.map(({ reason, requests }) => ({
      className: reasons[reason]?.bearing ?? 'missing',
      requests,
    })),
  ];
  return [
    el(
      'div',
      { class: 'stack', 'aria-hidden': 'true' },
      ...parts.map(({ className, requests }) =>
        placed(el('span', { class: className }), { '--requests': requests }),
      ),
    ),
    el('p', { class: balanced ? 'sum' : 'sum fail' }, ledgerSentence(ledger, balanced)),
    ...(others.length === 0
      ? []
      : [el('ul', { class: 'reasons' }, ...others.map((each) => reasonItem(each.reason, each.requests)))]),
    ...notComparableLines(notComparable),
    ...recoveredLines(recovered, corrected),
  ];
}

function reasonItem(reason: string, requests: number): Node {
  const known = reasons[reason];
  const says = known === undefined ? 'not known to this page' : known.says;
  return el(
    'li',
    { class: known?.bearing ?? 'missing' },
    el('b', {}, count(requests)),
    ` ${says} `,
    el('a', { class: 'quiet', href: sectionOf(reason), target: '_blank' }, reason),
    el('span', { class: 'quiet' }, ` ${bearingWords[known?.bearing ?? 'missing']}`),
  );
}

/** Where docs/ledger.md says what the reason means, and what to do: a browser goes to the heading's text. */
function sectionOf(reason: string): string {
  const heading = encodeURIComponent(`### \`${reason}\``).replaceAll('-', '%2D');
  return `/page/ledger.md#:~:text=${heading}`;
}

const bearingWords = {
  disagreement: '(counts as disagreement)',
  missing: '(widens the interval)',
  outside: '(left out: there was nothing to agree with)',
} as const;

function notComparableLines(notComparable: Shown['notComparable']): Node[] {
  const words = notComparableSentence(notComparable);
  return words === '' ? [] : [el('p', { class: 'quiet' }, words)];
}

function recoveredLines(recovered: Shown['recovered'], corrected: number): Node[] {
  const outcomes = Object.entries(recovered).filter(([, requests]) => requests > 0);
  if (outcomes.length === 0) return [];
  const words = outcomes.map(([outcome, requests]) => `${count(requests)} ${outcome}`).join(', ');
  // No sum: who was given up, sent back and answered counts under both.
  const compared = corrected === 0 ? '' : `; ${count(corrected)} of them are among the compared`;
  return [el('p', { class: 'quiet' }, `Of deferred requests, later: ${words}${compared}`)];
}
