import { type Answer, haveEqualBodies } from './answer.ts';
import { type Comparison, notComparable } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';
import { parseJsonBody } from './json/json-body.ts';
import type { Location } from './json/location.ts';
import { compareJson } from './kinds/compare-json.ts';
import { jsonJudging } from './kinds/json-plan.ts';
import { problemOf, type Reading, readValue } from './reading.ts';

/** Answers of this status and above say what was wrong with the request: what they hold is no output of a model. */
export const firstErrorStatus = 400;

/**
 * Errors of one status agree if they say the same: at the location, else in the whole body, as JSON where both are. The
 * score is 1 or 0.
 */
export function compareErrors(location: Location | null, production: Answer, shadow: Answer): Comparison {
  const differences = new DifferenceList();
  if (location === null) {
    if (!haveEqualBodies(production, shadow)) {
      const [ours, theirs] = [wholeBody(production), wholeBody(shadow)];
      if (!areEqual(ours, theirs)) differences.add('error', '', ours, theirs);
    }
  } else {
    const [ours, theirs] = [errorIn(production, location), errorIn(shadow, location)];
    if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
    if (!areEqual(ours.value, theirs.value)) {
      differences.add('error', location.text, ours.value, theirs.value);
    }
  }
  return differences.compared(differences.isEmpty ? 1 : 0, null);
}

function errorIn({ body }: Answer, location: Location): Reading<unknown> {
  const parsed = parseJsonBody(body);
  return parsed.ok ? readValue(parsed.value, location, 'error') : parsed;
}

/** The body as JSON, else as text. */
function wholeBody({ body }: Answer): unknown {
  const parsed = parseJsonBody(body);
  return parsed.ok ? parsed.value : new TextDecoder().decode(body);
}

const equal = jsonJudging({});

function areEqual(a: unknown, b: unknown): boolean {
  return compareJson(equal, a, b).outcome === 'agree';
}
