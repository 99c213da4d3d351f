import { type Comparison, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import { problemOf } from '../reading.ts';
import { compareVectors, type Vector } from '../vector/cosine.ts';
import { readVector } from '../vector/read-vector.ts';
import type { EmbeddingPlan } from './embedding-plan.ts';

/**
 * Vectors agree if their cosine is at least the minimum and, where that is judged, their lengths are close. The cosine is
 * the comparison's score, at least 0. Vectors of different dimensions differ, with score 0; one that is all zeros has no
 * direction, and can't be compared.
 */
export function compareEmbedding(plan: EmbeddingPlan, production: unknown, shadow: unknown): Comparison {
  const ours = readVector(production, plan.vector);
  const theirs = readVector(shadow, plan.vector);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  const [a, b] = [ours.value, theirs.value];
  const { text } = plan.vector;
  const differences = new DifferenceList();
  if (a.length !== b.length) {
    differences.add('size', text, a.length, b.length);
    return differences.compared(0, null);
  }
  const { cosine, lengths } = compareVectors(a, b);
  const [isZeroA, isZeroB] = [lengths[0] === 0, lengths[1] === 0];
  if (cosine === null) return notComparable(isZeroA ? 'zero-vector' : null, isZeroB ? 'zero-vector' : null);
  const score = areEqual(a, b) ? 1 : Math.max(0, cosine);
  if (score < plan.minimum) differences.add('direction', text, beginningOf(a), beginningOf(b));
  if (plan.scaleTolerance !== null && relativeDistance(lengths) > plan.scaleTolerance) {
    differences.add('scale', text, lengths[0], lengths[1]);
  }
  return differences.compared(score, null);
}

/** Rounding makes the cosine of a vector with itself a little less than 1. */
function areEqual(a: Vector, b: Vector): boolean {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function relativeDistance([a, b]: readonly [number, number]): number {
  return Math.abs(a - b) / Math.max(a, b);
}

/** As much as a difference may carry. */
function beginningOf(vector: Vector): readonly number[] {
  return Array.from(vector).slice(0, 100);
}
