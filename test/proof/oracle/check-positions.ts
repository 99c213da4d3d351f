import type { Evidence, LaneEvidence } from './evidence.ts';
import { expectedWindows } from './check-divergence.ts';
import type { Findings } from './findings.ts';
import type { CommittedPosition } from './positions.ts';

/**
 * What the groups committed, in the order of the commits: positions and what goes with them never go back, and end
 * where the records say that work has ended.
 */
export function checkPositions(findings: Findings, { lanes, positions }: Evidence): void {
  const byPlace = Map.groupBy(
    positions,
    ({ group, topic, partition }) => `${group} on ${topic}/${partition}`,
  );
  for (const [place, own] of byPlace) {
    checkRises(
      findings,
      `${place}: offset`,
      own.map(({ offset }) => offset),
    );
    for (const name of ['clock', 'written', 'start', 'next'])
      checkRises(
        findings,
        `${place}: ${name}`,
        own.flatMap((position) => numberIn(position, name) ?? []),
      );
  }
  for (const lane of lanes) {
    for (const partition of lane.entries.keys()) {
      checkInvoker(findings, lane, partition, positions);
      checkJoin(findings, lane, partition, positions);
    }
    checkMerge(findings, lane, positions);
  }
}

function checkRises(findings: Findings, what: string, values: readonly number[]): void {
  for (const [index, value] of values.entries()) {
    const before = values[index - 1] ?? value;
    if (value < before) findings.same('C5', what, `at least ${before}`, value);
  }
}

/** All that was sampled is behind it, and what it says it has written is what is there. */
function checkInvoker(
  findings: Findings,
  lane: LaneEvidence,
  partition: number,
  positions: readonly CommittedPosition[],
): void {
  const where = `${lane.name} partition ${partition}, position of its invoker`;
  const positionIn = (topic: string): CommittedPosition | undefined =>
    positions.findLast(
      (position) =>
        position.group.endsWith(`${lane.name}.invoker`) &&
        position.topic === topic &&
        position.partition === partition,
    );
  for (const { topic, copies } of lane.retries) {
    const copy = copies[partition]?.at(-1)?.offset ?? -1;
    const found = positionIn(topic)?.offset ?? 0;
    if (found <= copy) findings.same('C5', `${where} in ${topic}`, `after ${copy}`, found);
  }
  const last = lane.shadows[partition]?.findLast(({ value }) => value?.kind !== 'recovery')?.value;
  const position = positionIn(lane.topics.requests);
  if (last === undefined || last === null) return;
  if ((position?.offset ?? 0) <= last.requestOffset)
    findings.same('C5', where, `after request ${last.requestOffset}`, position?.offset ?? 'none');
  findings.same('C5', `${where}: written`, last.requestTime, numberIn(position, 'written') ?? 'none');
}

/** Its first open window begins where its last part ends, or its run. */
function checkJoin(
  findings: Findings,
  lane: LaneEvidence,
  partition: number,
  positions: readonly CommittedPosition[],
): void {
  const where = `${lane.name} partition ${partition}, first open window of its join`;
  const own = lane.parts.flat().filter(({ value }) => value?.partition === partition);
  const boundaries = new Set([lane.runStart, ...own.map(({ value }) => value?.windowEnd ?? 0)]);
  const committed = positions.filter(
    ({ group, topic, partition: of }) =>
      group.endsWith(`${lane.name}.comparator`) && topic === lane.topics.requests && of === partition,
  );
  for (const position of committed) {
    const start = numberIn(position, 'start') ?? 0;
    if (!boundaries.has(start)) findings.same('C5', where, 'the end of a part, or the run’s start', start);
  }
  const lastEnd = own.at(-1)?.value?.windowEnd;
  if (lastEnd === undefined) return;
  findings.same('C5', `${where}, at last`, lastEnd, numberIn(committed.at(-1), 'start') ?? 'none');
}

function checkMerge(findings: Findings, lane: LaneEvidence, positions: readonly CommittedPosition[]): void {
  const last = expectedWindows(lane).at(-1);
  if (last === undefined) return;
  const position = positions.findLast(
    ({ group, topic }) => group.endsWith(`${lane.name}.comparator`) && topic.endsWith('window-parts'),
  );
  const next = numberIn(position, 'next') ?? 0;
  const end = last + lane.rules.windowMs;
  if (next < end) findings.same('C5', `${lane.name}, next window of its merger`, `at least ${end}`, next);
}

function numberIn(position: CommittedPosition | undefined, name: string): number | undefined {
  if (position === undefined || position.metadata === '') return undefined;
  const value = (JSON.parse(position.metadata) as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : undefined;
}
