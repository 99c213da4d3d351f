import type { PhaseReport } from './callers.ts';
import type { LaneReport } from '../api.ts';
import { count, counted, milliseconds, shadowOf } from '../format.ts';

export interface OutageReport {
  /** Name of the lane whose shadow was killed. */
  readonly lane: string;
  readonly durationMs: number;
  readonly callers: readonly PhaseReport[];
}

/** What users noticed of the shadow's death, and what became of the calls it failed; nothing if it never died. */
export function outageText(
  { lane, durationMs, callers }: OutageReport,
  lanes: readonly LaneReport[],
): readonly string[] {
  if ((callers.find(({ phase }) => phase === 'during')?.requests ?? 0) === 0) return [];
  const rows = callers.map(({ phase, requests, affected, p50Ms, p99Ms }) =>
    [phase, count(requests), count(affected), milliseconds(p50Ms), milliseconds(p99Ms)]
      .map(toColumn)
      .join(''),
  );
  const title = ['', 'requests', 'errors', 'p50', 'p99'].map(toColumn).join('');
  return [
    '',
    `Half-way the shadow ${shadowOf(lane)} was killed for ${durationMs / 1000} s. What production's users saw:`,
    ...[title, ...rows].map((row) => `  ${row.trimEnd()}`),
    ...afterwards(lanes.find(({ lane: name }) => name === lane)).map((line) => `  ${line}`),
  ];
}

const columns = [8, 10, 8, 10, 10] as const;

function toColumn(text: string, index: number): string {
  const width = columns[index] ?? 0;
  return index === 0 ? text.padEnd(width) : text.padStart(width);
}

function afterwards(report: LaneReport | undefined): string[] {
  const waited = 'Its requests waited in the log until it was back.';
  const deferred = (report?.ledger.notCompared['shadow-deferred'] ?? 0) + (report?.corrected ?? 0);
  if (deferred === 0) return [waited];
  const answered = report?.recovered['answered'] ?? 0;
  const givenUp = report?.recovered['dead-lettered'] ?? 0;
  return [
    waited,
    `${counted(deferred, 'request')} that it had failed ${deferred === 1 ? 'was' : 'were'} tried again: ` +
      `${count(answered)} recovered, ${count(givenUp)} given up.`,
  ];
}
