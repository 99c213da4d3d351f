import type { HistoryPoint, LaneView, PairView } from '../src/views.ts';
import { agreementPlot } from './agreement-plot.ts';
import { alertsSection } from './alerts.ts';
import { readHistory, readPairs } from './api.ts';
import { el } from './dom.ts';
import { examplesSection } from './examples.ts';
import { ago, clock, counted } from './format.ts';
import { labelsSection } from './labels.ts';
import { latencyPlot } from './latency-plot.ts';
import { latencySection } from './latency.ts';
import { latestOnly } from './latest-only.ts';
import { ledgerSection } from './ledger.ts';
import { plotFigure } from './plot.ts';
import { segmentsSection } from './segments.ts';
import { statisticsSection } from './statistics.ts';
import { verdictPill, verdictSection } from './verdict.ts';
import { coverageSentence, waitingSentence } from './words.ts';

/** As many as the server keeps. */
const maxPoints = 1_500;

/** Everything about one lane. */
export interface LaneCard {
  readonly node: HTMLElement;
  /** Resolves when it has been drawn in its whole height, or could not be. */
  readonly drawn: Promise<void>;
  update(view: LaneView): void;
  /** Says anew what depends on the time of day. */
  tick(nowMs: number): void;
}

export function createLaneCard(lane: string): LaneCard {
  const [experiment = '', shadow = lane, run = ''] = lane.split('.');
  const pill = el('span');
  const facts = el('p', { class: 'facts' });
  const agreement = plotFigure('Agreement over time');
  const latency = plotFigure('p95 latency by window');
  const parts = {
    alerts: alertsSection(),
    verdict: verdictSection(),
    ledger: ledgerSection(),
    latency: latencySection(),
    labels: labelsSection(lane),
    segments: segmentsSection(),
    statistics: statisticsSection(),
  };
  const examples = examplesSection();
  const heading = el('h2', { id: `name-${lane}` }, shadow);
  const node = el(
    'article',
    { class: 'lane', id: lane, 'aria-labelledby': `name-${lane}`, tabindex: '-1' },
    el('header', {}, pill, heading, el('p', { class: 'of' }, `${experiment}, ${run}`), facts),
    parts.alerts.node,
    el(
      'div',
      { class: 'parts' },
      el(
        'div',
        { class: 'column' },
        parts.verdict.node,
        agreement.node,
        parts.ledger.node,
        el('div', { class: 'pair' }, parts.latency.node, latency.node),
      ),
      el(
        'div',
        { class: 'column' },
        parts.segments.node,
        examples.node,
        parts.labels.node,
        parts.statistics.node,
      ),
    ),
  );

  let view: LaneView | null = null;
  let points: readonly HistoryPoint[] = [];
  let pairs: readonly PairView[] = [];

  const drawn = Promise.withResolvers<void>();
  const readMore = latestOnly(() => drawMore().finally(drawn.resolve));

  async function drawMore(): Promise<void> {
    const [newer, worst] = await Promise.all([
      readHistory(lane, points.at(-1)?.windowEnd ?? 0),
      readPairs(lane),
    ]);
    points = [...points, ...newer].slice(-maxPoints);
    pairs = worst;
    if (view === null) return;
    agreement.draw(agreementPlot(view, points));
    latency.draw(latencyPlot(points));
    examples.update(view, pairs);
  }

  function sayFacts(nowMs: number): void {
    if (view === null) return;
    const { windowStart, windowEnd, coverage, windows, revision } = view;
    const newest = `newest window ${clock(windowStart)} to ${clock(windowEnd)}, ${ago(windowEnd, nowMs)}`;
    const judgedBy = revision === null ? '' : `revision ${revision}`;
    const said = [
      newest,
      coverageSentence(coverage),
      counted(windows, 'window'),
      judgedBy,
      waitingSentence(view),
    ];
    facts.textContent = said.filter((part) => part !== '').join(' · ');
  }

  return {
    node,
    drawn: drawn.promise,
    update: (next) => {
      const isNewer = next.windowEnd !== view?.windowEnd || next.pairs !== view.pairs;
      if (next.verdict !== view?.verdict) pill.replaceChildren(verdictPill(next.verdict));
      node.dataset['verdict'] = next.verdict;
      view = next;
      for (const part of Object.values(parts)) part.update(next);
      sayFacts(Date.now());
      if (isNewer) readMore();
    },
    tick: sayFacts,
  };
}
