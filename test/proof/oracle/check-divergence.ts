import type { Divergence } from '@understudy/schemas-avro';
import type { LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import {
  type Counted,
  countedIn,
  countedOf,
  digestOf,
  rangesOf,
  rangesText,
  tallyIn,
  tallyOf,
} from './tally.ts';

/** The start of every window of the lane in which something was sampled or recovered, in order. */
export function expectedWindows(lane: LaneEvidence): readonly number[] {
  const counted = [...lane.entries.flat(), ...lane.recoveries.flat()];
  const starts = new Set(counted.map(({ windowStart }) => windowStart));
  return [...starts].toSorted((a, b) => a - b);
}

/** Every window and segment once, in order, with the values that the entries give, and sums that run on. */
export function checkDivergence(findings: Findings, lane: LaneEvidence): void {
  const records = lane.divergences.flat().flatMap(({ value }) => value ?? []);
  const segments = ['all', ...lane.rules.segment.values, 'other'];
  const windows = expectedWindows(lane);
  const expected = windows.flatMap((start) => segments.map((segment) => `${start} ${segment}`));
  findings.once('C1', `${lane.name}, window and segment`, expected, records.map(keyOf));
  const places = lane.divergences.filter((partition) => partition.length > 0).length;
  findings.same(
    'C1',
    `${lane.name}: partitions of divergence that hold it`,
    Math.min(1, windows.length),
    places,
  );
  checkOrder(
    findings,
    lane.name,
    records.map(({ windowStart }) => windowStart),
  );

  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const entries = lane.entries.flat();
  const byWindow = Map.groupBy(entries, ({ windowStart }) => windowStart);
  const recoveredIn = Map.groupBy(lane.recoveries.flat(), ({ windowStart }) => windowStart);
  const running = new Map<string, Counted>(segments.map((segment) => [segment, nothing]));
  let previousEnd = lane.runStart;
  for (const start of windows) {
    const inWindow = countedOf(byWindow.get(start) ?? [], recoveredIn.get(start) ?? []);
    for (const segment of segments) {
      const own = segment === 'all' ? inWindow : countedIn(segment, inWindow);
      const sums = sumOf(running.get(segment) ?? nothing, own);
      running.set(segment, sums);
      const record = byKey.get(`${start} ${segment}`);
      if (record !== undefined) checkRecord(findings, lane, { record, own, sums, previousEnd });
    }
    previousEnd = start + lane.rules.windowMs;
  }
  checkVerdicts(findings, lane, byKey);
}

const nothing: Counted = countedOf([], []);

function sumOf(a: Counted, b: Counted): Counted {
  return {
    entries: [...a.entries, ...b.entries],
    recoveries: [...a.recoveries, ...b.recoveries],
    corrections: [...a.corrections, ...b.corrections],
  };
}

interface ToCheck {
  readonly record: Divergence;
  readonly own: Counted;
  readonly sums: Counted;
  readonly previousEnd: number;
}

function checkRecord(
  findings: Findings,
  lane: LaneEvidence,
  { record, own, sums, previousEnd }: ToCheck,
): void {
  const { rules, name, topics, runStart } = lane;
  const at = `${name} window ${keyOf(record)}`;
  findings.same('C2', `${at}: its end`, record.windowStart + rules.windowMs, record.windowEnd);
  const empty = (record.windowStart - previousEnd) / rules.windowMs;
  findings.same('C2', `${at}: empty windows before`, empty, record.emptyWindowsBefore);
  findings.same('C2', at, windowTally(own), foundWindowTally(record));
  findings.same('C2', `${at}: running`, tallyOf(sums), tallyIn(record.running.sums));
  findings.same('C2', `${at}: running since`, firstWindow(lane) ?? runStart, record.running.since ?? 0);
  if (record.coverage !== null) findings.same('C2', `${at}: partitions`, 'all', record.coverage.covered);
  if (record.segment !== null) return;
  findings.same('C2', `${at}: balanced`, 'true', String(record.verdict?.balanced));
  findings.same('C2', `${at}: digest`, digestOf(own.entries), record.receipt?.digest ?? 'none');
  const used = rangesText(record.receipt?.offsets ?? []);
  findings.same('C2', `${at}: records used`, rangesOf(own.entries, own.recoveries, topics), used);
}

/** One for every transaction of the merger, each of a window; the last one is of the last window. */
function checkVerdicts(findings: Findings, lane: LaneEvidence, byKey: ReadonlyMap<string, Divergence>): void {
  const { name, rules } = lane;
  const verdicts = lane.verdicts.flat().flatMap(({ value }) => value ?? []);
  checkOrder(
    findings,
    `${name} verdict`,
    verdicts.map(({ windowEnd }) => windowEnd),
    1,
  );
  const last = expectedWindows(lane).at(-1);
  const lastEnd = last === undefined ? 0 : last + rules.windowMs;
  findings.same('C1', `${name}: end of the last verdict's window`, lastEnd, verdicts.at(-1)?.windowEnd ?? 0);
  for (const { lane: _, windowEnd, ...verdict } of verdicts) {
    const window = byKey.get(`${windowEnd - rules.windowMs} all`);
    findings.same(
      'C2',
      `${name} verdict at ${windowEnd}`,
      JSON.stringify(window?.verdict ?? null),
      JSON.stringify(verdict),
    );
  }
}

function checkOrder(findings: Findings, what: string, times: readonly number[], least = 0): void {
  for (const [index, time] of times.entries()) {
    const before = times[index - 1] ?? -Infinity;
    if (time - before < least) findings.same('C1', `${what}: order`, `after ${before}`, time);
  }
}

function firstWindow(lane: LaneEvidence): number | undefined {
  return expectedWindows(lane)[0];
}

/** Divergence has quantiles of the window's latencies, not their number: that stands in the parts. */
function windowTally(counted: Counted): string {
  return withoutLatencies(tallyOf(counted));
}

function foundWindowTally({ window, running }: Divergence): string {
  const { ledger, agreed, differences, recovered, corrections, notComparable } = window;
  return withoutLatencies(
    tallyIn({ ...running.sums, ledger, agreed, differences, recovered, corrections, notComparable }),
  );
}

function withoutLatencies(tally: string): string {
  return tally.replace(/ productionLatencies=.*$/, '');
}

function keyOf({ windowStart, segment }: Divergence): string {
  return `${windowStart} ${segment?.value ?? 'all'}`;
}
