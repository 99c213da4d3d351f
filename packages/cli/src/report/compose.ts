import { type NotComparedReason, notComparedReasons } from '@understudy/domain';
import { count, interval, milliseconds, percent } from '../format.ts';
import type { Block, ReportDocument, Section } from './document.ts';
import { agreementPlot, latencyPlot, segmentPlot } from './plots.ts';
import type { ReportData, ReportedLane } from './read-report.ts';

const pairsShown = 10;
const fieldsShown = 3;

/** What a release manager, an engineer and an operator want to know of a lane, in this order. */
export function composeReport({ lane, history, pairs }: ReportData): ReportDocument {
  const since = lane.since === null ? 'its beginning' : time(lane.since);
  return {
    title: `Shadow report: ${lane.lane}`,
    subtitle: `${since} to ${time(lane.windowEnd)}, ${count(lane.windows)} windows, ${count(lane.ledger.sampled)} requests`,
    verdict: lane.verdict,
    sections: [
      verdictSection(lane),
      { title: 'Agreement over time', blocks: [{ kind: 'time-plot', plot: agreementPlot(lane, history) }] },
      ledgerSection(lane),
      ...segmentSection(lane),
      latencySection(lane, history),
      ...statisticSection(lane),
      ...labelSection(lane),
      ...alertSection(lane),
      pairSection(pairs),
      { title: 'How to read it', blocks: [text(howToRead)] },
    ],
  };
}

const howToRead =
  'Intervals are confidence sequences: they hold at every look, so a report may be made at any time. What is missing is in their ' +
  'bounds, as disagreement in the lower one and as agreement in the upper one. Requests of one session, or with an equal ' +
  'body, count as one. Dots in plots are single windows.';

function text(of: string): Block {
  return { kind: 'text', text: of };
}

function verdictSection({
  agreement,
  verdict,
  recommendation,
  criteria,
  balanced,
  margin,
}: ReportedLane): Section {
  const sentence = `${interval(agreement)} of the answers agree with production's; ${percent(margin)} are asked for.`;
  return {
    title: `Verdict: ${verdict}`,
    blocks: [
      text(sentence),
      ...(recommendation === null ? [] : [text(recommendation.text)]),
      ...(balanced ? [] : [text('The ledger is out of balance: no number here can be trusted.')]),
      {
        kind: 'table',
        columns: [{ name: 'criterion' }, { name: 'outcome' }, { name: 'found' }],
        rows: criteria.map(({ name, outcome, reason }) => [
          name,
          outcome === 'not_evaluated' ? 'not judged' : outcome,
          reason,
        ]),
      },
    ],
  };
}

function ledgerSection({ ledger, corrected, balanced }: ReportedLane): Section {
  const { sampled, compared, notCompared } = ledger;
  const share = (of: number): string => (sampled === 0 ? '–' : percent(of / sampled));
  const reasons = notComparedReasons.filter((reason: NotComparedReason) => (notCompared[reason] ?? 0) > 0);
  const rows = [
    ['compared', count(compared), share(compared)],
    ...reasons.map((reason) => [reason, count(notCompared[reason] ?? 0), share(notCompared[reason] ?? 0)]),
    ['sampled', count(sampled), share(sampled)],
  ];
  const late =
    corrected === 0 ? '' : ` ${count(corrected)} of the compared were put off at first, and answered later.`;
  return {
    title: 'Where every request went',
    blocks: [
      {
        kind: 'table',
        columns: [
          { name: 'what became of it' },
          { name: 'requests', isNumber: true },
          { name: 'share', isNumber: true },
        ],
        rows,
      },
      text(`${balanced ? 'Every sampled request is in it once.' : 'Out of balance!'}${late}`),
    ],
  };
}

function segmentSection({ segments }: ReportedLane): readonly Section[] {
  if (segments.length === 0) return [];
  const rows = segments.map(({ segment, agreement, compared, margin, flagged }) => [
    `${segment.field} = ${segment.value}`,
    interval(agreement),
    count(compared),
    percent(margin),
    flagged ? 'below its margin' : '',
  ]);
  return [
    {
      title: 'Segments',
      blocks: [
        { kind: 'interval-plot', plot: segmentPlot(segments) },
        {
          kind: 'table',
          columns: [
            { name: 'segment' },
            { name: 'agreement', isNumber: true },
            { name: 'compared', isNumber: true },
            { name: 'margin', isNumber: true },
            { name: '' },
          ],
          rows,
        },
      ],
    },
  ];
}

function latencySection({ latency }: ReportedLane, history: ReportData['history']): Section {
  const row = (side: 'production' | 'shadow'): readonly string[] => {
    const { p50, p95, p99 } = latency[side];
    return [side, milliseconds(p50), milliseconds(p95), milliseconds(p99)];
  };
  return {
    title: 'Latency',
    blocks: [
      {
        kind: 'table',
        columns: [{ name: '' }, ...['p50', 'p95', 'p99'].map((name) => ({ name, isNumber: true }))],
        rows: [row('production'), row('shadow')],
      },
      { kind: 'time-plot', plot: latencyPlot(history) },
    ],
  };
}

/** By the names that they have in the records, which the documentation explains. */
function statisticSection({ statistics }: ReportedLane): readonly Section[] {
  if (statistics.length === 0) return [];
  const rows = statistics.map(({ name, estimate, lower, upper, pValue, reason }) => [
    name,
    short(estimate),
    lower === null || upper === null ? '' : `${short(lower)} to ${short(upper)}`,
    pValue === null ? '' : short(pValue),
    reason ?? '',
  ]);
  const columns = [
    { name: 'statistic' },
    { name: 'estimate', isNumber: true },
    { name: 'interval', isNumber: true },
    { name: 'p', isNumber: true },
    { name: '' },
  ];
  return [{ title: 'More than agreement', blocks: [{ kind: 'table', columns, rows }] }];
}

/** Three digits: `0.71`, `1.6e-30` */
function short(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3)));
}

function labelSection({ labels }: ReportedLane): readonly Section[] {
  if (labels === null) return [];
  const { labelled, production, shadow } = labels;
  const sentence = `Of ${count(labelled)} pairs whose truth is known, production was right in ${interval(production)}, the shadow in ${interval(shadow)}.`;
  return [{ title: 'Who was right', blocks: [text(sentence)] }];
}

function alertSection({ alerts, resolvedAlerts }: ReportedLane): readonly Section[] {
  const rows = [
    ...alerts.map(({ rule, since, reason }) => [rule, 'firing', time(since), reason]),
    ...resolvedAlerts.map(({ rule, since, reason }) => [rule, 'resolved', time(since), reason]),
  ];
  if (rows.length === 0) return [{ title: 'Alerts', blocks: [text('None fires, and none did lately.')] }];
  const columns = [{ name: 'rule' }, { name: 'state' }, { name: 'since' }, { name: 'reason' }];
  return [{ title: 'Alerts', blocks: [{ kind: 'table', columns, rows }] }];
}

function pairSection(pairs: ReportData['pairs']): Section {
  if (pairs.length === 0) return { title: 'Worst pairs', blocks: [text('No pair that differs was kept.')] };
  const rows = pairs
    .slice(0, pairsShown)
    .map(({ requestId, exchangeId, score, production, shadow, fields }) => [
      requestId ?? exchangeId,
      fields
        .slice(0, fieldsShown)
        .map(({ name, value }) => `${name} ${value}`)
        .join(', '),
      production.says,
      shadow.says,
      score.toFixed(2),
    ]);
  const columns = [
    { name: 'request' },
    { name: 'with' },
    { name: 'production says' },
    { name: 'shadow says' },
    { name: 'alike', isNumber: true },
  ];
  return { title: 'Worst pairs', blocks: [{ kind: 'table', columns, rows }] };
}

/** `2026-01-31 12:00 UTC` */
function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')} UTC`;
}
