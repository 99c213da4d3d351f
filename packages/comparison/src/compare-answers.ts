import { compareClass } from './compare-class.ts';
import { compareJson } from './compare-json.ts';
import { compareNumber } from './compare-number.ts';
import { type AnswerProblem, type Comparison, notComparable } from './comparison.ts';
import type { ComparisonPlan } from './comparison-plan.ts';
import { DifferenceList } from './difference-list.ts';
import { parseJsonBody } from './json-body.ts';
import { problemOf } from './reading.ts';

/** One side's answer, as it was captured. */
export interface Answer {
  /** HTTP status code. */
  readonly status: number;
  /** As the side sent it. Not consulted yet: whether the bytes are JSON is seen by reading them. */
  readonly contentType: string | null;
  readonly body: Uint8Array;
  /** Whether the body is only the beginning of what was sent. */
  readonly truncated: boolean;
}

/**
 * Compares two answers to one request. Never throws: what can't be compared says why.
 *
 * Different status codes differ, with score 0, before any body is read. Swapping the sides swaps `production`
 * and `shadow` wherever they are named, `missing` and `extra` with them, and changes nothing else.
 */
export function compareAnswers(plan: ComparisonPlan, production: Answer, shadow: Answer): Comparison {
  if (production.status !== shadow.status) {
    const differences = new DifferenceList();
    differences.add('status', [], production.status, shadow.status);
    return differences.compared(0, null);
  }
  if (production.truncated || shadow.truncated) {
    return notComparable(truncation(production), truncation(shadow));
  }
  const productionBody = parseJsonBody(production.body);
  // Most answers are the same in every byte: then they are read once, and compared as values all the same.
  const shadowBody = areEqual(production.body, shadow.body) ? productionBody : parseJsonBody(shadow.body);
  if (!productionBody.ok || !shadowBody.ok) {
    return notComparable(problemOf(productionBody), problemOf(shadowBody));
  }
  switch (plan.kind) {
    case 'class':
      return compareClass(plan, productionBody.value, shadowBody.value);
    case 'number':
      return compareNumber(plan, productionBody.value, shadowBody.value);
    case 'json':
      return compareJson(plan, productionBody.value, shadowBody.value);
  }
}

function truncation(answer: Answer): AnswerProblem | null {
  return answer.truncated ? 'truncated' : null;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
