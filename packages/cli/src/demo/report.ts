import { type NotComparedReason, notComparedReasons } from '@understudy/domain';
import type { LaneReport, SegmentReport } from './api.ts';
import {
  count,
  counted,
  interval,
  type Look,
  milliseconds,
  type Paint,
  percent,
  shadowOf,
} from './format.ts';
import type { Addresses } from './stage.ts';

/** What the demo found. */
export interface DemoResult {
  /** Requests sent. */
  readonly requests: number;
  /** How many applicants there are: further requests repeat them. */
  readonly applicants: number;
  /** Callers who got no answer, or another one than 2xx. */
  readonly affected: number;
  readonly lanes: readonly LaneReport[];
  readonly addresses: Addresses;
}

const segmentsShown = 3;
const looks: Readonly<Record<LaneReport['verdict'], Look>> = {
  pass: ['bold', 'green'],
  fail: ['bold', 'red'],
  inconclusive: ['bold', 'yellow'],
};

/** The verdicts in plain words, for people. */
export function reportText(result: DemoResult, paint: Paint): string {
  const { requests, affected, lanes, addresses } = result;
  const users =
    affected === 0 ? 'no user was' : affected === 1 ? '1 user was' : `${count(affected)} users were`;
  const places = [
    ['Gateway', addresses.gateway],
    ['Console', `${addresses.console}/api/lanes`],
    ['Kafka', addresses.kafka],
    ['Registry', addresses.registry],
  ] as const;
  return [
    `${counted(requests, 'request')} ${requests === 1 ? 'was' : 'were'} sent, and ${users} affected.`,
    ...repeatsNote(result),
    ...lanes.flatMap((lane) => ['', ...laneLines(lane, paint)]),
    '',
    ...places.map(([name, address]) => `${paint('dim', name.padEnd(8))}  ${address}`),
    '',
  ].join('\n');
}

/** What to say where applicants came more than once; nothing where they did not. */
function repeatsNote({ requests, applicants }: Pick<DemoResult, 'requests' | 'applicants'>): string[] {
  const repeats = requests - applicants;
  if (repeats <= 0) return [];
  return [
    `${count(repeats)} of them repeat an applicant under a new id.`,
    'Repeats are no new evidence: the intervals no longer hold.',
  ];
}

function laneLines(lane: LaneReport, paint: Paint): string[] {
  const { verdict, agreement, latency, segments } = lane;
  const name = paint('bold', shadowOf(lane.lane));
  const p95 = [
    `production ${milliseconds(latency.production.p95)}`,
    `shadow ${milliseconds(latency.shadow.p95)}`,
  ];
  return [
    `${name}: ${paint(looks[verdict], verdict)}`,
    `  ${percent(agreement.estimate)} of its answers agree with production's`,
    ...reasons(lane).map((reason) => `  ${reason}`),
    `  ${balance(lane)}`,
    `  p95 latency: ${p95.join(', ')}`,
    ...(segments.length === 0 ? [] : ['  What agrees least:']),
    ...segments.slice(0, segmentsShown).map((segment) => `    ${segmentLine(segment, paint)}`),
  ];
}

/** Of the criteria that were evaluated. */
function reasons({ criteria }: LaneReport): string[] {
  return criteria.filter(({ outcome }) => outcome !== 'not_evaluated').map(({ reason }) => reason);
}

function balance({ ledger, balanced }: LaneReport): string {
  const { sampled, compared, notCompared } = ledger;
  const others = notComparedReasons
    .filter((each: NotComparedReason) => (notCompared[each] ?? 0) > 0)
    .map((each) => `${count(notCompared[each] ?? 0)} ${each}`);
  const sum = [`${count(compared)} compared`, ...others].join(' + ');
  return balanced
    ? `${count(sampled)} sampled = ${sum}`
    : `Out of balance: ${count(sampled)} sampled, but ${sum}`;
}

function segmentLine({ segment, agreement, compared, margin, flagged }: SegmentReport, paint: Paint): string {
  const text = `${segment.field} = ${segment.value}: ${interval(agreement, 0)} of ${count(compared)}`;
  return flagged ? `${paint('red', text)}, below its margin of ${percent(margin, 0)}` : text;
}
