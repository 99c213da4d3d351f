import type { LaneReport } from '../api.ts';
import { count, counted, type Paint } from '../format.ts';
import { laneText } from './lane-text.ts';
import { type OutageReport, outageText } from './outage-text.ts';
import type { Addresses } from './stage.ts';

/** What the demo found. */
export interface DemoResult {
  /** Requests sent. */
  readonly requests: number;
  /** How many applicants there are: further requests repeat them. */
  readonly applicants: number;
  /** What callers met while one shadow died and came back. */
  readonly outage: OutageReport;
  readonly lanes: readonly LaneReport[];
  readonly addresses: Addresses;
}

/** What happened, the verdicts and what to do now, in plain words, for people. */
export function reportText(result: DemoResult, paint: Paint): string {
  const { requests, outage, lanes, addresses } = result;
  const affected = affectedOf(result);
  const places = [
    ['Page', addresses.console],
    ['Gateway', addresses.gateway],
    ['Kafka', addresses.kafka],
    ['Registry', addresses.registry],
  ] as const;
  return [
    `${counted(requests, 'request')} ${requests === 1 ? 'was' : 'were'} sent; users affected: ${count(affected)}.`,
    ...repeatsNote(result),
    ...outageText(outage, lanes),
    ...lanes.flatMap((lane) => ['', ...laneText(lane, paint)]),
    '',
    ...places.map(([name, address]) => `${paint('dim', name.padEnd(8))}  ${address}`),
    '',
  ].join('\n');
}

/** Callers who got no answer, or another one than 2xx. */
export function affectedOf({ outage }: Pick<DemoResult, 'outage'>): number {
  return outage.callers.reduce((sum, { affected }) => sum + affected, 0);
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
