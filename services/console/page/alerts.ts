import type { AlertView, LaneView } from '../src/views.ts';
import { drawInto, el } from './dom.ts';
import { clock } from './format.ts';

type Shown = Pick<LaneView, 'alerts' | 'resolvedAlerts'>;

/** What fires, said at once to those who listen to the page; and what ended last. */
export function alertsSection(): { readonly node: HTMLElement; readonly update: (view: LaneView) => void } {
  const node = el('div', { class: 'alerts', role: 'status' });
  const draw = drawInto(node, ({ alerts, resolvedAlerts }: Shown) => [
    ...alerts.map((alert) => line(alert, 'firing')),
    ...resolvedAlerts.map((alert) => line(alert, 'resolved')),
  ]);
  return { node, update: ({ alerts, resolvedAlerts }) => draw({ alerts, resolvedAlerts }) };
}

function line({ rule, since, reason }: AlertView, state: 'firing' | 'resolved'): HTMLElement {
  const when = state === 'firing' ? `firing since ${clock(since)}` : `resolved at ${clock(since)}`;
  return el('p', { class: state }, el('b', {}, rule), ` ${reason} `, el('span', { class: 'quiet' }, when));
}
