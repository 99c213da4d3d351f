import { join } from 'node:path';
import { run } from 'node:test';
import type { FaultCase, TestReference } from './fault-case.ts';

/** What came of a case. */
export interface CaseResult {
  readonly name: string;
  readonly passed: number;
  /** Of each test that failed, and of each that there should have been and was not: its name and why. */
  readonly failures: readonly string[];
  /** What the tests counted: `windows`, `kills`, and so on. */
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface RunCaseOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

const limitMs = 45 * 60_000;

/** Runs the tests of a case, each file in a process of its own. */
export async function runCase(
  { name, tests }: FaultCase,
  { root, signal, print }: RunCaseOptions,
): Promise<CaseResult> {
  const startedAt = performance.now();
  const failures: string[] = [];
  const counts: Record<string, number> = {};
  let passed = 0;
  for (const reference of tests) {
    const outcome = await runTests(reference, { root, signal, print });
    passed += outcome.passed;
    failures.push(...outcome.failures);
    for (const [what, count] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + count;
  }
  return { name, passed, failures, counts, seconds: (performance.now() - startedAt) / 1000 };
}

async function runTests(
  { file, names }: TestReference,
  { root, signal, print }: RunCaseOptions,
): Promise<Pick<CaseResult, 'passed' | 'failures' | 'counts'>> {
  const failures: string[] = [];
  const found: string[] = [];
  const counts: Record<string, number> = {};
  let passed = 0;
  const events = run({
    files: [join(root, file)],
    // A name may stand after that of its suite.
    testNamePatterns: names.map((name) => new RegExp(`(?:^| )${escaped(name)}`)),
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
  });
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic') {
      print(`    ${data.message}\n`);
      addCounts(counts, data.message);
    } else if (type === 'test:fail' && data.details.error.failureType === 'hookFailed') {
      failures.push(`${data.name}: ${messageOf(data.details.error)}`);
    } else if ((type === 'test:pass' || type === 'test:fail') && data.details.type !== 'suite') {
      const { name, details } = data;
      found.push(name);
      if (type === 'test:pass') passed += 1;
      else failures.push(`${name}: ${messageOf(details.error)}`);
    }
  }
  for (const name of names)
    if (!found.some((test) => test.startsWith(name)) && failures.length === 0)
      failures.push(`${file} has no test "${name}"`);
  return { passed, failures, counts };
}

/** A diagnostic that is JSON holds counts; the oracle's are by lane. */
function addCounts(counts: Record<string, number>, message: string): void {
  if (!message.startsWith('{')) return;
  for (const [name, count] of Object.entries(JSON.parse(message) as Record<string, number>)) {
    const what = name.split(': ').at(-1) ?? name;
    counts[what] = (counts[what] ?? 0) + count;
  }
}

function messageOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
