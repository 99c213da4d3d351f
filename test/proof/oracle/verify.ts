import { checkAlerts, expectedAlerts } from './check-alerts.ts';
import { checkComparisons } from './check-comparisons.ts';
import { checkDeadLetters } from './check-dead-letters.ts';
import { checkDivergence, expectedWindows } from './check-divergence.ts';
import { checkAcknowledged, checkLedger, checkSettled } from './check-log.ts';
import { checkParts } from './check-parts.ts';
import { checkPositions } from './check-positions.ts';
import { checkResponses } from './check-responses.ts';
import { checkRetries } from './check-retries.ts';
import { slowestMergeMs } from './delays.ts';
import type { Evidence, LaneEvidence } from './evidence.ts';
import { Findings } from './findings.ts';
import type { OracleReport, OracleTask } from './task.ts';

/** Compares what the services wrote with what the inputs say that they had to write. */
export function verify(task: OracleTask, evidence: Evidence): OracleReport {
  const findings = new Findings();
  for (const lane of evidence.lanes) {
    findings.same('C1', `${lane.name}: records of its run`, 1, lane.runs.length);
    checkResponses(findings, lane, evidence.requests);
    checkRetries(findings, evidence, lane);
    checkParts(findings, lane);
    checkDivergence(findings, lane);
    checkComparisons(findings, lane);
    checkAlerts(findings, lane);
    checkLedger(findings, evidence, lane);
  }
  checkDeadLetters(findings, evidence);
  checkAcknowledged(findings, task, evidence);
  checkPositions(findings, evidence);
  checkSettled(findings, evidence);
  return { findings: findings.all, counts: countsOf(evidence) };
}

/** What is not closed yet: windows by lane and start, deferred requests by lane and offset. */
export function openWork({ lanes }: Evidence): readonly string[] {
  return lanes.flatMap((lane) => {
    const closed = new Set(lane.divergences.flat().map(({ value }) => value?.windowStart));
    const windows = expectedWindows(lane)
      .filter((start) => !closed.has(start))
      .map((start) => `${lane.name} window ${start}`);
    return [...windows, ...deferredStill(lane)];
  });
}

function deferredStill({ name, shadows, recoveries }: LaneEvidence): readonly string[] {
  return shadows.flatMap((partition, index) => {
    const recovered = new Set(recoveries[index]?.map(({ requestOffset }) => requestOffset));
    return partition.flatMap(({ value }) =>
      value?.status === 'deferred' && !recovered.has(value.requestOffset)
        ? [`${name} request ${index}/${value.requestOffset}`]
        : [],
    );
  });
}

/** How often something that was written to a topic was taken back: so often was somebody killed in between. */
function abortedByTopic(settlements: Evidence['settlements']): Record<string, number> {
  const byTopic = [...Map.groupBy(settlements, ({ topic }) => topic)];
  return Object.fromEntries(
    byTopic
      .map(([topic, of]): [string, number] => [
        `aborted in ${topic}`,
        of.reduce((sum, { aborted }) => sum + aborted, 0),
      ])
      .filter(([, aborted]) => aborted > 0),
  );
}

function countsOf({ requests, productions, deadLetters, lanes, positions, settlements }: Evidence): {
  [what: string]: number;
} {
  const total = (of: readonly (readonly unknown[])[]): number =>
    of.reduce((sum, partition) => sum + partition.length, 0);
  return {
    requests: total(requests),
    'production responses': total(productions),
    'dead letters': deadLetters.length,
    commits: positions.length,
    ...abortedByTopic(settlements),
    ...Object.fromEntries(
      lanes.flatMap((lane) => [
        [`${lane.name}: sampled`, total(lane.entries)],
        [`${lane.name}: compared`, lane.entries.flat().filter(({ fate }) => fate.compared).length],
        [`${lane.name}: recovered`, total(lane.recoveries)],
        [
          `${lane.name}: corrected`,
          lane.recoveries.flat().filter(({ correction }) => correction?.fate.compared).length,
        ],
        [`${lane.name}: windows`, expectedWindows(lane).length],
        [`${lane.name}: parts`, total(lane.parts)],
        [`${lane.name}: alerts`, expectedAlerts(lane).length],
        [`${lane.name}: merges`, total(lane.verdicts)],
        [`${lane.name}: slowest merge, ms`, slowestMergeMs(lane)],
      ]),
    ),
  };
}
