import { type Comparison, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import { extractValue, isJsonObject } from '../json/json-pointer.ts';
import { problemOf, type Reading, readValue } from '../reading.ts';
import { type ClassLabel, labelOf } from './class-label.ts';
import { areAmongEachOther, type TopLabels } from './compare-top-classes.ts';
import type { ClassScoresPlan } from './class-scores-plan.ts';

/**
 * Scores of classes agree if the best class of each side is among the best `top` of the other and, where that is judged, no
 * class's scores are too far apart.
 *
 * The comparison's score is 0 where the best classes don't agree, else 1 less the total variation distance: half the sum of
 * all differences, at least 0; for two classes the same as `class` has. Of equal scores the class that sorts first is
 * the better one.
 */
export function compareClassScores(plan: ClassScoresPlan, production: unknown, shadow: unknown): Comparison {
  const ours = readScores(plan, production);
  const theirs = readScores(plan, shadow);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  const [a, b] = [bestOf(ours.value, plan.top), bestOf(theirs.value, plan.top)];
  const { text } = plan.scores;
  const differences = new DifferenceList();
  const areOne = areAmongEachOther(a, b);
  if (!areOne) differences.add('class', text, a[0].value, b[0].value);
  const { sum, furthest } = distances(ours.value, theirs.value);
  if (plan.scoreTolerance !== null && furthest.apart > plan.scoreTolerance) {
    const { label, ours: production, theirs: shadow } = furthest;
    differences.add('score', text, { [label]: production }, { [label]: shadow });
  }
  const outputs = { production: a[0].text, shadow: b[0].text };
  return differences.compared(areOne ? Math.max(0, 1 - sum / 2) : 0, outputs);
}

interface Scored extends ClassLabel {
  readonly score: number;
}

/** By the label's text; at least one. */
type Scores = ReadonlyMap<string, Scored>;

function readScores(plan: ClassScoresPlan, body: unknown): Reading<Scores> {
  const read = readValue(body, plan.scores, 'score');
  if (!read.ok) return read;
  const pairs = pairsIn(plan, read.value);
  if (pairs === null) return { ok: false, reason: 'score-wrong-type' };
  const scores = new Map<string, Scored>();
  for (const [value, score] of pairs) {
    const label = labelOf(value, plan.names);
    if (!label.ok) return label;
    if (typeof score !== 'number' || !Number.isFinite(score))
      return { ok: false, reason: 'score-not-a-number' };
    const { text } = label.value;
    scores.set(text, { ...label.value, score: score + (scores.get(text)?.score ?? 0) });
  }
  return scores.size === 0 ? { ok: false, reason: 'label-missing' } : { ok: true, value: scores };
}

function pairsIn(
  { label, score }: ClassScoresPlan,
  value: unknown,
): readonly (readonly [unknown, unknown])[] | null {
  if (isJsonObject(value)) return Object.entries(value);
  if (!Array.isArray(value)) return null;
  return value.map((item) => [extractValue(item, label), extractValue(item, score)]);
}

function bestOf(scores: Scores, top: number): TopLabels {
  const ranked = [...scores.values()].sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  const [best, ...others] = ranked.slice(0, top);
  if (best === undefined) throw new TypeError('there is at least one score');
  return [best, ...others];
}

interface Apart {
  readonly label: string;
  readonly ours: number;
  readonly theirs: number;
  readonly apart: number;
}

/** Classes are gone through sorted, so that the sum is the same to the last bit whichever side is which. */
function distances(ours: Scores, theirs: Scores): { readonly sum: number; readonly furthest: Apart } {
  let sum = 0;
  let furthest: Apart = { label: '', ours: 0, theirs: 0, apart: -1 };
  for (const text of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [a, b] = [ours.get(text)?.score ?? 0, theirs.get(text)?.score ?? 0];
    const apart = Math.abs(a - b);
    sum += apart;
    const label = String((ours.get(text) ?? theirs.get(text))?.value);
    if (apart > furthest.apart) furthest = { label, ours: a, theirs: b, apart };
  }
  return { sum, furthest };
}
