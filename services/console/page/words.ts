import type { LaneView, LedgerView, PairView, SegmentView } from '../src/views.ts';
import { count, counted } from './format.ts';

/** A lane's findings in sentences. */

/** What a reason for not being compared says about agreement. */
export type Bearing = 'disagreement' | 'missing' | 'outside';

/** In the order in which they are shown. */
export const reasons: Readonly<Record<string, { readonly bearing: Bearing; readonly says: string }>> = {
  'missing-production-response': { bearing: 'missing', says: 'no answer of production was found in time' },
  'production-failed': { bearing: 'outside', says: 'production itself failed' },
  'production-timed-out': { bearing: 'outside', says: 'production itself took too long' },
  'shadow-failed': { bearing: 'disagreement', says: 'the shadow failed' },
  'shadow-timed-out': { bearing: 'disagreement', says: 'the shadow took too long' },
  'shadow-deferred': { bearing: 'missing', says: 'the shadow failed at first, and is called again later' },
  'shadow-dead-lettered': { bearing: 'disagreement', says: 'the shadow was given up after retries' },
  'shadow-shed': { bearing: 'missing', says: 'its session came faster than the shadow answers' },
  'shadow-skipped': { bearing: 'missing', says: 'the shadow was not to be called' },
  'session-broken': { bearing: 'missing', says: 'the shadow lacks an earlier request of the session' },
  'request-unreadable': { bearing: 'missing', says: 'the record of the request can not be read' },
  'not-comparable': { bearing: 'missing', says: 'an answer lacks what is compared' },
};

/** `1,226 sampled = 1,214 compared + 12 shadow-timed-out`. */
export function ledgerSentence({ sampled, compared, notCompared }: LedgerView, balanced: boolean): string {
  const others = reasonsIn(notCompared).map(({ reason, requests }) => `${count(requests)} ${reason}`);
  const sum = [`${count(compared)} compared`, ...others].join(' + ');
  return balanced
    ? `${count(sampled)} sampled = ${sum}`
    : `Out of balance: ${count(sampled)} sampled, but ${sum}`;
}

/** Those that occur; one that this version doesn't know comes last. */
export function reasonsIn(
  notCompared: Readonly<Record<string, number>>,
): readonly { readonly reason: string; readonly requests: number }[] {
  const known = Object.keys(reasons);
  const place = (reason: string): number => (known.includes(reason) ? known.indexOf(reason) : known.length);
  return Object.entries(notCompared)
    .filter(([, requests]) => requests > 0)
    .map(([reason, requests]) => ({ reason, requests }))
    .toSorted((a, b) => place(a.reason) - place(b.reason));
}

/** `What they lack: 12 shadow-label-missing, 1 both-not-json`, the most frequent first; empty where nothing is told. */
export function notComparableSentence(notComparable: LaneView['notComparable']): string {
  const lacking = Object.entries(notComparable).toSorted(([, a], [, b]) => b - a);
  if (lacking.length === 0) return '';
  return `What they lack: ${lacking.map(([reason, requests]) => `${count(requests)} ${reason}`).join(', ')}`;
}

/** `partial: 4 of 5 partitions`; empty for a window of all. */
export function coverageSentence(coverage: LaneView['coverage']): string {
  return coverage === null ? '' : `partial: ${coverage.covered} of ${coverage.of} partitions`;
}

/** What is not in a closed window yet. */
export function waitingSentence({ waiting }: Pick<LaneView, 'waiting'>): string {
  if (waiting === null) return '';
  if (waiting.requests === 0) return 'nothing waits for the next window';
  const requests = counted(waiting.requests, 'request');
  return `${waiting.isExact ? requests : `up to ${requests}`} in open windows`;
}

/** `1 of 2 lanes fails`, `2 lanes: all pass`. */
export function summarySentence(lanes: readonly Pick<LaneView, 'verdict' | 'alerts'>[]): string {
  if (lanes.length === 0) return 'No lane has closed a window yet.';
  const failing = lanes.filter(({ verdict }) => verdict === 'fail').length;
  const passing = lanes.filter(({ verdict }) => verdict === 'pass').length;
  const open = lanes.length - failing - passing;
  const parts = [
    ...(failing > 0 ? [`${count(failing)} ${failing === 1 ? 'fails' : 'fail'}`] : []),
    ...(open > 0 ? [`${count(open)} undecided`] : []),
    ...(passing > 0 ? [`${count(passing)} ${passing === 1 ? 'passes' : 'pass'}`] : []),
  ];
  const alerts = lanes.reduce((sum, lane) => sum + lane.alerts.length, 0);
  const firing = alerts === 0 ? [] : [`${counted(alerts, 'alert')} firing`];
  return `${counted(lanes.length, 'lane')}: ${[...parts, ...firing].join(', ')}`;
}

export function segmentName({ field, value }: SegmentView['segment']): string {
  return `${field} = ${value}`;
}

/** Whose answers they are, in the caller's words if it gave an id. */
export function pairName({ requestId, exchangeId }: PairView): string {
  return requestId ?? exchangeId;
}
