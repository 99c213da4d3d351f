import { hash } from 'node:crypto';
import { type Answer, haveEqualBodies } from '../answer.ts';
import type { Compared } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';

/** Bodies agree if they are the same in every byte. Those that differ are named by size and digest, never shown. */
export function compareBytes(production: Answer, shadow: Answer): Compared {
  const differences = new DifferenceList();
  const areEqual = haveEqualBodies(production, shadow);
  if (!areEqual) differences.add('bytes', '', digested(production), digested(shadow));
  return differences.compared(areEqual ? 1 : 0, null);
}

function digested({ body }: Answer): object {
  return { size: body.length, sha256: hash('sha256', body) };
}
