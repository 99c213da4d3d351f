import { canonicalText } from '../json/canonical-json.ts';
import { type Comparison, notComparable } from '../comparison.ts';
import type { NumberPlan } from './number-plan.ts';
import { readQuantity } from './read-quantity.ts';
import { DifferenceList } from '../difference-list.ts';
import type { Tolerances } from '../json/path-rules.ts';
import { problemOf } from '../reading.ts';

/**
 * Numbers agree if they are within the absolute tolerance or within the relative one.
 *
 * The comparison's score is 1 where they agree; else what the smaller number is of the larger one (by size),
 * and 0 if they lie on different sides of 0.
 */
export function compareNumber(plan: NumberPlan, production: unknown, shadow: unknown): Comparison {
  const productionNumber = readQuantity(plan, production);
  const shadowNumber = readQuantity(plan, shadow);
  if (!productionNumber.ok || !shadowNumber.ok) {
    return notComparable(problemOf(productionNumber), problemOf(shadowNumber));
  }
  const [ours, theirs] = [productionNumber.value, shadowNumber.value];
  const outputs = { production: canonicalText(ours), shadow: canonicalText(theirs) };
  const differences = new DifferenceList();
  if (areClose(plan, ours, theirs)) return differences.compared(1, outputs);
  differences.add('number', plan.value.text, ours, theirs);
  return differences.compared(Math.max(0, 1 - relativeDistance(ours, theirs)), outputs);
}

/** Whether two numbers are within one of the tolerances. */
export function areClose(tolerances: Tolerances, a: number, b: number): boolean {
  return (
    Math.abs(a - b) <= tolerances.absoluteTolerance || relativeDistance(a, b) <= tolerances.relativeTolerance
  );
}

/**
 * `|a - b| / max(|a|, |b|)`, in [0, 2]; 0 for two zeros. Dividing by the larger one makes it the same both
 * ways round. Where the difference is beyond a double's range, the parts are divided first.
 */
function relativeDistance(a: number, b: number): number {
  const apart = Math.abs(a - b);
  if (apart === 0) return 0;
  const larger = Math.max(Math.abs(a), Math.abs(b));
  return apart === Infinity ? Math.abs(a / larger - b / larger) : apart / larger;
}
