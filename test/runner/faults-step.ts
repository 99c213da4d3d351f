import { faultCases } from '../faults/cases.ts';
import type { FaultCase } from '../faults/fault-case.ts';
import { reportOf } from '../faults/report.ts';
import { type CaseResult, runCase } from '../faults/run-case.ts';
import { testPartOf } from './test-files.ts';
import type { Step } from './step.ts';

/** What `npm test` runs of the fault suite: of its short choice, what no other part runs. */
export function faultsOfRun(cases: readonly FaultCase[]): readonly FaultCase[] {
  return cases
    .filter(({ choice }) => choice === 'short')
    .map((fault) => ({ ...fault, tests: fault.tests.filter(({ file }) => testPartOf(file) === 'faults') }))
    .filter(({ tests }) => tests.length > 0);
}

/** Runs them one after the other, and says what came of each. */
export function faultsStep(root: string, print: (text: string) => void): Step {
  const cases = faultsOfRun(faultCases);
  return {
    name: `faults (${cases.length} cases)`,
    run: async (signal) => {
      const results: CaseResult[] = [];
      for (const fault of cases) {
        if (signal.aborted) break;
        const result = await runCase(fault, { root, signal, print });
        results.push(result);
        print(`${reportOf([result])}\n`);
      }
      const sum = (count: (result: CaseResult) => number): number =>
        results.reduce((total, result) => total + count(result), 0);
      return { passed: sum(({ passed }) => passed), failed: sum(({ failures }) => failures.length) };
    },
  };
}
