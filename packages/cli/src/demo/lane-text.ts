import { type NotComparedReason, notComparedReasons } from '@understudy/domain';
import type { Criterion } from '@understudy/schemas-avro';
import type { LaneReport, SegmentReport } from '../api.ts';
import {
  count,
  counted,
  interval,
  type Look,
  milliseconds,
  type Paint,
  percent,
  shadowOf,
} from '../format.ts';
import { nextStep } from './next-step.ts';

const segmentsShown = 3;
const looks: Readonly<Record<LaneReport['verdict'], Look>> = {
  pass: ['bold', 'green'],
  fail: ['bold', 'red'],
  inconclusive: ['bold', 'yellow'],
};

/** What was found of one lane, and what to do now, in plain words. */
export function laneText(lane: LaneReport, paint: Paint): readonly string[] {
  const { verdict, latency, segments } = lane;
  const name = paint('bold', shadowOf(lane.lane));
  const p95 = [
    `production ${milliseconds(latency.production.p95)}`,
    `shadow ${milliseconds(latency.shadow.p95)}`,
  ];
  return [
    `${name}: ${paint(looks[verdict], verdict)}`,
    `  ${agreement(lane)}`,
    ...otherReasons(lane).map((reason) => `  ${reason}`),
    `  ${balance(lane)}`,
    `  p95 latency: ${p95.join(', ')}`,
    ...accuracy(lane),
    ...(segments.length === 0 ? [] : ['  What agrees least:']),
    ...segments.slice(0, segmentsShown).map((segment) => `    ${segmentText(segment, segments, paint)}`),
    `  ${paint('bold', 'Next:')} ${nextStep(lane)}`,
  ];
}

/** `88.3% [84.7, 91.4] of its answers agree with production's: below 95.0%` */
function agreement({ agreement: found, criteria }: LaneReport): string {
  const criterion = criteria.find(({ name }) => name === 'agreement');
  const { lower, upper } = found;
  const margin = criterion?.margin ?? null;
  if (lower === null || upper === null || margin === null) return 'No answer has been compared yet';
  const place = upper < margin ? 'below' : lower > margin ? 'above' : 'around';
  return `${interval(found)} of its answers agree with production's: ${place} ${percent(margin)}`;
}

/** Of the criteria that decided: agreement has a line of its own, and segments have some. */
function otherReasons({ criteria, verdict }: LaneReport): string[] {
  const isTold = ({ name, outcome }: Criterion): boolean =>
    name !== 'agreement' && name !== 'segments' && outcome === verdict;
  return verdict === 'pass' ? [] : criteria.filter(isTold).map(({ reason }) => reason);
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

function accuracy({ labels }: LaneReport): string[] {
  if (labels === null) return [];
  const { labelled, production, shadow } = labels;
  return [
    `  ${counted(labelled, 'outcome')} ${labelled === 1 ? 'is' : 'are'} known by now; right were`,
    `    production ${interval(production)}, shadow ${interval(shadow)}`,
  ];
}

/** `self_employed = yes: 15% [7, 26] of 149, others 98%` */
function segmentText(segment: SegmentReport, all: readonly SegmentReport[], paint: Paint): string {
  const { segment: of, agreement: found, compared, margin, flagged } = segment;
  const text = `${of.field} = ${of.value}: ${interval(found, 0)} of ${count(compared)}`;
  const others = `others ${percent(agreementOfOthers(segment, all), 0)}`;
  return flagged
    ? `${paint('red', text)}, below its margin of ${percent(margin, 0)}; ${others}`
    : `${text}, ${others}`;
}

/** Of all other values of the same field; null where none was compared. */
function agreementOfOthers({ segment }: SegmentReport, all: readonly SegmentReport[]): number | null {
  const others = all.filter(
    ({ segment: { field, value } }) => field === segment.field && value !== segment.value,
  );
  const compared = others.reduce((sum, other) => sum + other.compared, 0);
  return compared === 0 ? null : others.reduce((sum, other) => sum + other.agreed, 0) / compared;
}
