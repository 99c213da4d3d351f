import { type Answer, haveEqualBodies } from './answer.ts';
import { compareErrors, firstErrorStatus } from './compare-errors.ts';
import { type AnswerProblem, type Comparison, notComparable } from './comparison.ts';
import type { ComparisonPlan } from './comparison-plan.ts';
import { DifferenceList } from './difference-list.ts';
import { parseJsonBody } from './json/json-body.ts';
import { compareBytes } from './kinds/compare-bytes.ts';
import { compareClass } from './kinds/compare-class.ts';
import { compareClassScores } from './kinds/compare-class-scores.ts';
import { compareEmbedding } from './kinds/compare-embedding.ts';
import { compareDocuments } from './kinds/compare-json.ts';
import { compareNumber } from './kinds/compare-number.ts';
import { compareRanking } from './kinds/compare-ranking.ts';
import { compareStream } from './kinds/compare-stream.ts';
import { compareText } from './kinds/compare-text.ts';
import { compareToolCalls } from './kinds/compare-tool-calls.ts';
import { problemOf } from './reading.ts';

/**
 * Compares two answers to one request. Never throws: what can't be compared says why.
 *
 * Different status codes differ, with score 0, before any body is read. Swapping the sides swaps `production`
 * and `shadow` wherever they are named, `missing` and `extra` with them, and changes nothing else.
 */
export function compareAnswers(plan: ComparisonPlan, production: Answer, shadow: Answer): Comparison {
  if (production.status !== shadow.status) {
    const differences = new DifferenceList();
    differences.add('status', '', production.status, shadow.status);
    return differences.compared(0, null);
  }
  if (production.truncated || shadow.truncated) {
    return notComparable(truncation(production), truncation(shadow));
  }
  if (production.status >= firstErrorStatus && (plan.kind !== 'json' || plan.error !== null)) {
    return compareErrors(plan.error, production, shadow);
  }
  switch (plan.kind) {
    case 'class':
      return compareBodies(production, shadow, (ours, theirs) => compareClass(plan, ours, theirs));
    case 'class-scores':
      return compareBodies(production, shadow, (ours, theirs) => compareClassScores(plan, ours, theirs));
    case 'number':
      return compareBodies(production, shadow, (ours, theirs) => compareNumber(plan, ours, theirs));
    case 'json':
      return compareBodies(production, shadow, (ours, theirs) => compareDocuments(plan, ours, theirs));
    case 'text':
      return compareText(plan, production, shadow);
    case 'stream':
      return compareStream(plan, production, shadow);
    case 'tool-calls':
      return compareBodies(production, shadow, (ours, theirs) => compareToolCalls(plan, ours, theirs));
    case 'bytes':
      return compareBytes(production, shadow);
    case 'ranking':
      return compareBodies(production, shadow, (ours, theirs) => compareRanking(plan, ours, theirs));
    case 'embedding':
      return compareBodies(production, shadow, (ours, theirs) => compareEmbedding(plan, ours, theirs));
  }
}

function truncation(answer: Answer): AnswerProblem | null {
  return answer.truncated ? 'truncated' : null;
}

/** Compares the bodies as JSON. */
function compareBodies(
  production: Answer,
  shadow: Answer,
  compare: (production: unknown, shadow: unknown) => Comparison,
): Comparison {
  const ours = parseJsonBody(production.body);
  // Most answers are the same in every byte: then they are read once, and compared as values all the same.
  const theirs = haveEqualBodies(production, shadow) ? ours : parseJsonBody(shadow.body);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  return compare(ours.value, theirs.value);
}
