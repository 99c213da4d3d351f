import type { Part } from './options.ts';

/** The parts of the run that consist of test files. */
export type TestPart = Exclude<Part, 'checks'>;

/** The part that a test file belongs to, told by its name; null for other files. */
export function testPartOf(path: string): TestPart | null {
  if (path.endsWith('.fault.test.ts')) return 'faults';
  if (path.endsWith('.integration.test.ts')) return 'integration';
  if (path.endsWith('.e2e.test.ts')) return 'e2e';
  return path.endsWith('.test.ts') ? 'unit' : null;
}
