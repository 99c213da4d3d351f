import type { LaneView } from '../src/views.ts';
import { drawInto, el } from './dom.ts';
import { interval } from './format.ts';
import { verdictPill } from './verdict.ts';

type Shown = Pick<LaneView, 'lane' | 'verdict' | 'agreement'> & { readonly firing: number };

/** All lanes in a row, each a way to its card; left out where there is only one. */
export function overview(host: HTMLElement): (lanes: readonly LaneView[]) => void {
  const draw = drawInto(host, (lanes: readonly Shown[]) => (lanes.length < 2 ? [] : lanes.map(link)));
  return (lanes) =>
    draw(
      lanes.map(({ lane, verdict, agreement, alerts }) => ({
        lane,
        verdict,
        agreement,
        firing: alerts.length,
      })),
    );
}

function link({ lane, verdict, agreement, firing }: Shown): Node {
  const [experiment = '', shadow = lane, run = ''] = lane.split('.');
  return el(
    'a',
    { href: `#${lane}`, class: verdict },
    verdictPill(verdict),
    el('b', {}, shadow),
    el('span', { class: 'quiet' }, `${experiment}, ${run}`),
    el('span', { class: 'number' }, interval(agreement)),
    ...(firing === 0 ? [] : [el('span', { class: 'alarm' }, `${firing} firing`)]),
  );
}
