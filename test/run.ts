/**
 * `npm test`: checks, unit tests, then integration and end-to-end tests against a real Kafka and schema registry that it
 * starts itself, at last some cases of the fault suite (see `docs/reliability.md`). Stops at the first step that fails. Its last line is `N passed, N failed`; it exits 0 only if tests
 * ran (or checks alone were asked for) and nothing failed.
 *
 *     npm test
 *     npm test -- --only unit      # or: checks, integration, e2e, faults
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProcessGroup } from '@understudy/infra-local';
import { checkStep } from './runner/check-step.ts';
import { clusterStep } from './runner/cluster-step.ts';
import { faultsStep } from './runner/faults-step.ts';
import { watchForInterruption } from './runner/interruption.ts';
import { type Part, partsToRun } from './runner/options.ts';
import { runSteps, type Step } from './runner/step.ts';
import { type TestPart, testPartOf } from './runner/test-files.ts';
import { testStep } from './runner/test-step.ts';
import { readTree } from './structure/tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = (text: string): void => void process.stdout.write(text);

/** They share a Kafka and a registry. */
const onCluster: ReadonlySet<Part> = new Set(['integration', 'e2e', 'faults']);

/** The exit code. */
async function main(): Promise<number> {
  const parts = partsToRun(process.argv.slice(2));
  const processes = new ProcessGroup({
    onExit: ({ name, lastLogLines }) => print(`${name} ended by itself:\n${lastLogLines.join('\n')}\n`),
  });
  const ended = Promise.withResolvers<void>();
  const interruption = watchForInterruption(ended.promise);
  try {
    const { passed, failed } = await runSteps(stepsOf(parts, processes), {
      signal: interruption.signal,
      print,
    });
    const ranNothing = passed + failed === 0 && !parts.every((part) => part === 'checks');
    if (ranNothing) print('No test ran.\n');
    if (interruption.exitCode() !== null) print('Interrupted.\n');
    await processes.stop();
    print(`${passed} passed, ${failed} failed\n`);
    return interruption.exitCode() ?? (failed > 0 || ranNothing ? 1 : 0);
  } finally {
    await processes.stop();
    ended.resolve();
  }
}

function stepsOf(parts: readonly Part[], processes: ProcessGroup): Step[] {
  const steps: Step[] = [];
  if (parts.includes('checks')) steps.push(...checkSteps());
  if (parts.includes('unit')) steps.push(testsOf('unit', availableParallelism(), 420_000));
  if (parts.some((part) => onCluster.has(part))) steps.push(clusterStep(processes, print));
  if (parts.includes('integration')) steps.push(testsOf('integration', 2, 600_000));
  if (parts.includes('e2e')) steps.push(testsOf('e2e', 1, 900_000));
  if (parts.includes('faults')) steps.push(faultsStep(root, print));
  return steps;
}

function checkSteps(): Step[] {
  return [
    checkStep({ name: 'format', root, tool: 'prettier', args: ['--check', '.'] }),
    checkStep({ name: 'lint', root, tool: 'oxlint', args: ['--type-aware', '--deny-warnings'] }),
    checkStep({ name: 'types', root, tool: 'typescript', command: 'tsc', args: ['--noEmit'] }),
    checkStep({
      name: 'types of the page, which runs in a browser',
      root,
      tool: 'typescript',
      command: 'tsc',
      args: ['--noEmit', '--project', 'services/console/page'],
    }),
    checkStep({ name: 'dead code', root, tool: 'knip', args: ['--no-config-hints'] }),
    // What only tests use is no dead code, so exports are left to the step before.
    checkStep({
      name: 'dead code in what ships',
      root,
      tool: 'knip',
      args: ['--strict', '--exclude', 'exports,types', '--no-config-hints'],
    }),
  ];
}

function testsOf(part: Exclude<TestPart, 'faults'>, concurrency: number, limitMs: number): Step {
  const files = readTree(root).paths.filter((path) => testPartOf(path) === part);
  return testStep(`${part} tests`, {
    files: files.map((path) => join(root, path)),
    concurrency,
    limitMs,
    print,
  });
}

process.exitCode = await main().catch((error: unknown) => {
  print(`${error instanceof Error ? error.message : String(error)}\n0 passed, 1 failed\n`);
  return 1;
});
