import { parseArgs } from 'node:util';

/** The parts of the run that can be asked for by themselves. */
export const parts = ['checks', 'unit', 'integration', 'e2e', 'faults'] as const;

export type Part = (typeof parts)[number];

/** What `npm test -- [--only PART]` asks for: all parts, or the one. Throws with the sentence for the user. */
export function partsToRun(args: readonly string[]): readonly Part[] {
  const { only } = parseArgs({ args: [...args], options: { only: { type: 'string' } } }).values;
  if (only === undefined) return parts;
  const part = parts.find((known) => known === only);
  if (part === undefined) throw new Error(`--only ${only}: write one of ${parts.join(', ')}`);
  return [part];
}
