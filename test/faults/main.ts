/**
 * `npm run test:faults`: every case of the catalogue of faults, on a real Kafka of one broker and of three, one after the
 * other, with a table of what came of them. Exits 0 only if all that was asked for ran and held.
 *
 *     npm run test:faults -- --list
 *     npm run test:faults -- --only kill-random --kills 200 --seed 7
 *     npm run test:faults -- --short          # the choice that takes ten minutes
 *     npm run test:faults -- --record         # and writes what came of it into docs/reliability.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProcessGroup } from '@understudy/infra-local';
import { clusterStep } from '../runner/cluster-step.ts';
import { watchForInterruption } from '../runner/interruption.ts';
import { faultCases } from './cases.ts';
import { faultOptions, type FaultOptions, usage } from './options.ts';
import { recordedIn } from './record.ts';
import { listLine, reportOf } from './report.ts';
import { type CaseResult, runCase } from './run-case.ts';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const page = join(root, 'docs', 'reliability.md');
const print = (text: string): void => void process.stdout.write(text);

/** The exit code. */
async function main(options: FaultOptions): Promise<number> {
  const { cases, seed, kills, record } = options;
  if (seed !== null) process.env['UNDERSTUDY_PROOF_SEED'] = String(seed);
  if (kills !== null) process.env['UNDERSTUDY_PROOF_KILLS'] = String(kills);
  const processes = new ProcessGroup({
    onExit: ({ name, lastLogLines }) => print(`${name} ended by itself:\n${lastLogLines.join('\n')}\n`),
  });
  const ended = Promise.withResolvers<void>();
  const interruption = watchForInterruption(ended.promise);
  const { signal } = interruption;
  const results: CaseResult[] = [];
  try {
    // Shared by the cases of one broker that leave it alone; those that hurt brokers have their own.
    if (cases.some(({ brokers }) => brokers === 1)) await clusterStep(processes, print).run(signal);
    for (const [index, fault] of cases.entries()) {
      if (signal.aborted) break;
      print(`[${index + 1}/${cases.length}] ${fault.name}: ${fault.fault}\n`);
      const result = await runCase(fault, { root, signal, print });
      results.push(result);
      if (record) writeFileSync(page, recordedIn(readFileSync(page, 'utf8'), [result]));
      print(`${reportOf([result])}\n`);
    }
  } finally {
    await processes.stop();
    ended.resolve();
  }
  const failed = results.filter(({ failures }) => failures.length > 0);
  print(`\n${reportOf(results)}\n${results.length - failed.length} of ${cases.length} cases held\n`);
  return interruption.exitCode() ?? (failed.length > 0 || results.length < cases.length ? 1 : 0);
}

async function start(): Promise<number> {
  let options: FaultOptions;
  try {
    options = faultOptions(process.argv.slice(2), faultCases);
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return 2;
  }
  if (options.cases.length === 0) {
    print(`no case is both\n${usage}\n`);
    return 2;
  }
  if (!options.listOnly) return main(options);
  for (const fault of options.cases) print(`${listLine(fault)}\n`);
  return 0;
}

process.exitCode = await start();
