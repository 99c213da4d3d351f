import type { Evidence, LaneEvidence } from './evidence.ts';
import { isSampled, requestsOfRun } from './entries.ts';
import type { Findings } from './findings.ts';
import type { OracleTask } from './task.ts';

/** No transaction is left open, and readers of committed records see every partition to its end. */
export function checkSettled(findings: Findings, { settlements }: Evidence): void {
  for (const { topic, partition, open, lastStable, end } of settlements) {
    const where = `${topic}/${partition}`;
    findings.same(
      'C6',
      `${where}: open transactions`,
      'none',
      open.length === 0 ? 'none' : `at ${open.join(', ')}`,
    );
    findings.same('C6', `${where}: last stable offset`, end, lastStable);
  }
}

/** All that was acknowledged to the writers of the inputs is there, and nothing else. */
export function checkAcknowledged(findings: Findings, task: OracleTask, evidence: Evidence): void {
  for (const [topic, logged] of [
    ['requests', evidence.requests],
    ['production-responses', evidence.productions],
  ] as const) {
    const found = logged.flat().filter(({ kind }) => kind !== 'tick').length;
    findings.same('C3', `records in ${topic}`, task.acknowledged[topic] ?? 0, found);
  }
}

/**
 * The ledger against Kafka's own offsets: from all offsets there are, take the ticks, what came before the run, other
 * experiments' requests and those not sampled; the rest was sampled, and every one of them has one fate.
 */
export function checkLedger(
  findings: Findings,
  { requests, settlements }: Evidence,
  lane: LaneEvidence,
): void {
  const offsets = settlements
    .filter(({ topic }) => topic === lane.topics.requests)
    .reduce((sum, { start, lastStable }) => sum + lastStable - start, 0);
  const all = requests.flat();
  const ofRun = requests.flatMap((partition) => requestsOfRun(lane.rules, lane.runStart, partition));
  const ticks = all.filter(({ kind }) => kind === 'tick').length;
  const others = all.filter(({ kind }) => kind !== 'tick').length - ofRun.length;
  const unsampled = ofRun.filter((request) => !isSampled(lane.rules, request)).length;
  const divergences = lane.divergences.flat().flatMap(({ value }) => value ?? []);
  const last = divergences.findLast(({ segment }) => segment === null);
  const { sampled = 0, compared = 0, notCompared = {} } = last?.running.sums.ledger ?? {};
  const where = `${lane.name}, ledger since the run began`;
  findings.same('C8', `${where}: sampled`, offsets - ticks - others - unsampled, sampled);
  const accounted = Object.values(notCompared).reduce((sum, count) => sum + count, compared);
  findings.same('C8', `${where}: compared and not compared`, sampled, accounted);
}
