import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { Step } from './step.ts';

export interface TestFiles {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Files that run at a time. */
  readonly concurrency: number;
  /** For all files together; what still runs then is ended and counts as failed. */
  readonly limitMs: number;
  readonly print: (text: string) => void;
}

/** Runs test files with Node's runner, a process for each, and passes its output on. */
export function testStep(name: string, { files, concurrency, limitMs, print }: TestFiles): Step {
  return {
    name: `${name} (${files.length} files)`,
    run: async (signal) => {
      // Without files Node's runner would look for some itself.
      if (files.length === 0) return { passed: 0, failed: 0 };
      const limit = AbortSignal.timeout(limitMs);
      const tests = run({ files: [...files], concurrency, signal: AbortSignal.any([signal, limit]) });
      let outcome = { passed: 0, failed: 1 };
      tests.on('test:summary', ({ file, success, counts }) => {
        if (file !== undefined) return;
        const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
        outcome = { passed: counts.passed, failed: success ? failed : Math.max(failed, 1) };
      });
      for await (const text of tests.compose(new spec())) print(String(text));
      if (limit.aborted) print(`${name}: not done within ${limitMs / 1000} s; what still ran was ended\n`);
      return outcome;
    },
  };
}
