/** One thing that goes wrong, and the tests that show what holds all the same. */
export interface FaultCase {
  /** For `--only`. */
  readonly name: string;
  /** In the catalogue of faults that the suite follows. */
  readonly numbers: readonly number[];
  /** What is done, as a page says it. */
  readonly fault: string;
  /** What has to hold, as a page says it. */
  readonly holds: string;
  /** Of the cluster that it needs. */
  readonly brokers: 1 | 3;
  /** `short`: in the choice that takes ten minutes, too. */
  readonly choice: 'short' | 'long';
  readonly tests: readonly TestReference[];
}

/** Tests of a file: those whose names begin so. */
export interface TestReference {
  /** From the project's root. */
  readonly file: string;
  readonly names: readonly string[];
}
