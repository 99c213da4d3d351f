/**
 * Judges a run from the raw log: `node test/proof/oracle/main.ts TASK.json` prints an `OracleReport` as JSON. A process
 * of its own, for it must share nothing with what it judges: no code of services or of packages/streams, comparison
 * and statistics, and a client of Kafka without our guards.
 */
import { readFileSync } from 'node:fs';
import { holdsWithin } from '../wait-for.ts';
import { Witness } from './evidence.ts';
import type { OracleTask } from './task.ts';
import { openWork, verify } from './verify.ts';

const quietMs = 3_000;
const quietWithinMs = 30_000;

const task = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as OracleTask;
const witness = await Witness.open(task);
try {
  const isClosed = async (): Promise<boolean> => {
    const open = openWork(await witness.evidence());
    process.stderr.write(`${open.length} are open: ${open.slice(0, 4).join(', ')}\n`);
    return open.length === 0;
  };
  // What stays open is found when the run is judged; and so is who goes on writing when there is nothing to write.
  await holdsWithin(task.waitMs, 2_000, isClosed);
  let ends = '';
  const isQuiet = async (): Promise<boolean> => {
    const before = ends;
    ends = await witness.ends();
    return ends === before;
  };
  const isSettled = await holdsWithin(quietWithinMs, quietMs, isQuiet);
  const report = verify(task, await witness.evidence());
  const where = 'writes when everything is closed';
  const findings = isSettled
    ? report.findings
    : [...report.findings, { check: 'C6', where, expected: 'none', found: ends }];
  process.stdout.write(JSON.stringify({ ...report, findings }));
} finally {
  await witness.close();
}
