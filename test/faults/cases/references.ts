import type { TestReference } from '../fault-case.ts';

export const ofStreams = (name: string, ...names: string[]): TestReference => ({
  file: `packages/streams/test/${name}.integration.test.ts`,
  names,
});

/** Tests of this suite. */
export const here = (name: string, ...names: string[]): TestReference => ({
  file: `test/faults/${name}.fault.test.ts`,
  names,
});
