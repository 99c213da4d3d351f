/** One step of the run. */
export interface Step {
  readonly name: string;
  /** Rejects where the step itself can't be done, which counts as one failure. */
  readonly run: (signal: AbortSignal) => Promise<Outcome>;
}

/** Counts of tests; a check that fails counts as one that failed. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

export interface RunOptions {
  /** Aborted to stop early: the step at work is ended, no other begins. */
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** Runs steps one after the other up to the first that fails, with a line before and after each. */
export async function runSteps(steps: readonly Step[], { signal, print }: RunOptions): Promise<Outcome> {
  let passed = 0;
  let failed = 0;
  for (const [index, step] of steps.entries()) {
    if (failed > 0 || signal.aborted) break;
    const title = `[${index + 1}/${steps.length}] ${step.name}`;
    print(`${title} …\n`);
    const startedAt = performance.now();
    const outcome = await step.run(signal).catch((error: unknown) => {
      print(`${error instanceof Error ? error.message : String(error)}\n`);
      return { passed: 0, failed: 1 };
    });
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print(`${title}: ${outcome.failed === 0 ? 'ok' : 'FAILED'}, ${seconds} s\n`);
  }
  return { passed, failed };
}
