import type { Evidence, LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import type { Logged } from './logged.ts';
import type { CommittedPosition } from './positions.ts';

/** Before its start a lane reads production's responses this far back. */
const earliestMs = 10_000;

/**
 * Every record that can't be read, and every request given up, is among the dead letters, once for each lane, untouched. Production's responses
 * are read when a window needs them: those behind the comparator's position have not been met yet.
 */
export function checkDeadLetters(findings: Findings, evidence: Evidence): void {
  const { requests, productions, deadLetters, lanes, positions } = evidence;
  const expected = lanes.flatMap((lane) => [
    ...requests
      .flat()
      .filter(({ kind, timeMs }) => kind === 'unreadable' && timeMs >= lane.runStart)
      .map((record) => letterOf(lane, 'shadow-invoker', lane.topics.requests, record)),
    ...requests
      .flatMap((partition, index) => partition.filter(({ offset }) => isGivenUp(lane, index, offset)))
      .map((record) => letterOf(lane, 'shadow-invoker', lane.topics.requests, record)),
    ...productions
      .flat()
      .filter(({ kind, timeMs }) => kind === 'unreadable' && timeMs >= lane.runStart - earliestMs)
      .filter((record) => record.offset < readUpTo(lane, positions, record.partition))
      .map((record) => letterOf(lane, 'comparator', lane.topics.productions, record)),
  ]);
  const found = deadLetters.map(({ headers, key, value }) =>
    [
      headers['understudy-lane'],
      headers['understudy-stage'],
      headers['understudy-source'],
      key?.toString('hex'),
      value?.toString('hex'),
    ].join(' '),
  );
  findings.once('C1', 'dead letter', expected, found);
}

/** Its recovery says that it is among the dead letters. */
function isGivenUp({ recoveries }: LaneEvidence, partition: number, offset: number): boolean {
  return (recoveries[partition] ?? []).some(
    ({ requestOffset, outcome }) => requestOffset === offset && outcome === 'dead-lettered',
  );
}

function letterOf(
  lane: LaneEvidence,
  stage: string,
  topic: string,
  { partition, offset, raw }: Logged<unknown>,
): string {
  const { key, value } = raw;
  return [
    lane.name,
    stage,
    `${topic}/${partition}/${offset}`,
    key?.toString('hex'),
    value?.toString('hex'),
  ].join(' ');
}

function readUpTo(
  { name, topics }: LaneEvidence,
  positions: readonly CommittedPosition[],
  partition: number,
): number {
  const own = positions.filter(
    (position) =>
      position.group.endsWith(`${name}.comparator`) &&
      position.topic === topics.productions &&
      position.partition === partition,
  );
  return own.at(-1)?.offset ?? 0;
}
