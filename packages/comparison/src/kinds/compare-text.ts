import { type Answer, haveEqualBodies } from '../answer.ts';
import { type Comparison, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import { decodeUtf8, parseJsonBody } from '../json/json-body.ts';
import { locateAll } from '../json/location.ts';
import { problemOf, type Reading } from '../reading.ts';
import { textSimilarity } from '../text/text-similarity.ts';
import type { TextJudging, TextPlan } from './text-plan.ts';

const maxTexts = 16;

/** Texts agree if their similarity is at least the minimum; it is the comparison's score. */
export function compareText(plan: TextPlan, production: Answer, shadow: Answer): Comparison {
  const ours = textsIn(plan, production);
  const theirs = haveEqualBodies(production, shadow) ? ours : textsIn(plan, shadow);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  return compareTexts(plan, plan.text?.text ?? '', [ours.value, theirs.value]);
}

/** @param path - where they were found, for differences */
export function compareTexts(
  judging: TextJudging,
  path: string,
  [production, shadow]: readonly [production: readonly string[], shadow: readonly string[]],
): Comparison {
  const best = mostAlike(judging, production, shadow);
  if (typeof best === 'string') return { outcome: 'not-comparable', reason: best };
  const differences = new DifferenceList();
  if (best.score < judging.minimum) differences.add('text', path, best.production, best.shadow);
  return differences.compared(best.score, null);
}

interface ScoredPair {
  readonly production: string;
  readonly shadow: string;
  readonly score: number;
}

/** The pair of the highest score; of several, the same one whichever side is which. */
function mostAlike(
  judging: TextJudging,
  production: readonly string[],
  shadow: readonly string[],
): ScoredPair | 'texts-too-long' | 'no-tokens' {
  let best: ScoredPair | null = null;
  let isTooLong = false;
  for (const ours of production) {
    for (const theirs of shadow) {
      const score = textSimilarity(ours, theirs, judging);
      if (score === 'too-long') isTooLong = true;
      if (typeof score !== 'number') continue;
      const pair = { production: ours, shadow: theirs, score };
      if (best === null || score > best.score || (score === best.score && keyOf(pair) < keyOf(best)))
        best = pair;
    }
  }
  if (isTooLong && best?.score !== 1) return 'texts-too-long';
  return best ?? 'no-tokens';
}

/** Two pairs of one key hold the same two texts; then each side has both, and a pair of equal ones is more alike. */
function keyOf({ production, shadow }: ScoredPair): string {
  return [production, shadow].sort().join('\0');
}

function textsIn({ text }: TextPlan, { body }: Answer): Reading<readonly string[]> {
  if (text === null) {
    const decoded = decodeUtf8(body);
    return decoded === null ? { ok: false, reason: 'not-utf8' } : { ok: true, value: [decoded] };
  }
  const parsed = parseJsonBody(body);
  if (!parsed.ok) return parsed;
  const values = locateAll(parsed.value, text, maxTexts);
  if (values.length === 0) return { ok: false, reason: 'text-missing' };
  return values.every((value) => typeof value === 'string')
    ? { ok: true, value: values }
    : { ok: false, reason: 'text-wrong-type' };
}
