import { type Comparison, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import { wholeText } from '../json/canonical-json.ts';
import { extractValue } from '../json/json-pointer.ts';
import { isLabel } from './class-label.ts';
import { problemOf, type Reading, readValue } from '../reading.ts';
import { rankingSimilarity } from '../ranking/ranking-similarity.ts';
import type { RankingPlan } from './ranking-plan.ts';

/**
 * Lists agree if their similarity over the first `depth` items is at least the minimum; it is the comparison's score.
 *
 * Lists that differ list the items that one side lacks among those, and, if those of both are in another order, both
 * orders.
 */
export function compareRanking(plan: RankingPlan, production: unknown, shadow: unknown): Comparison {
  const ours = readRanking(plan, production);
  const theirs = readRanking(plan, shadow);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  const score = rankingSimilarity(ours.value, theirs.value, plan);
  if (score >= plan.minimum) return new DifferenceList().compared(score, null);
  return rankingDifferences(plan, ours.value, theirs.value).compared(score, null);
}

/** The ids of the first items as canonical JSON, the best first. */
function readRanking({ items, id, depth }: RankingPlan, body: unknown): Reading<readonly string[]> {
  const read = readValue(body, items, 'items');
  if (!read.ok) return read;
  if (!Array.isArray(read.value)) return { ok: false, reason: 'items-wrong-type' };
  const ids: string[] = [];
  for (const item of read.value.slice(0, depth)) {
    const value = extractValue(item, id);
    if (!isLabel(value)) return { ok: false, reason: 'items-without-id' };
    const text = wholeText(value);
    if (text === null) return { ok: false, reason: 'items-without-id' };
    ids.push(text);
  }
  return new Set(ids).size === ids.length
    ? { ok: true, value: ids }
    : { ok: false, reason: 'items-repeated' };
}

interface Lacking {
  readonly id: string;
  readonly rank: number;
  readonly category: 'missing' | 'extra';
}

function rankingDifferences(
  { items: { text } }: RankingPlan,
  production: readonly string[],
  shadow: readonly string[],
): DifferenceList {
  const differences = new DifferenceList();
  const shared = orderOf(production, new Set(shadow));
  const sharedAsShadow = orderOf(shadow, new Set(production));
  if (shared.some((id, index) => id !== sharedAsShadow[index])) {
    differences.add('order', text, shared.map(parsed), sharedAsShadow.map(parsed));
  }
  const lacking = [
    ...lackingIn(new Set(shadow), production, 'missing'),
    ...lackingIn(new Set(production), shadow, 'extra'),
  ].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  for (const { id, rank, category } of lacking) {
    const value = parsed(id);
    const path = text.startsWith('$') ? `${text}[${rank}]` : `${text}/${rank}`;
    if (category === 'missing') differences.add('missing', path, value, undefined);
    else differences.add('extra', path, undefined, value);
  }
  return differences;
}

function orderOf(ids: readonly string[], others: ReadonlySet<string>): readonly string[] {
  return ids.filter((id) => others.has(id));
}

function lackingIn(
  others: ReadonlySet<string>,
  ids: readonly string[],
  category: Lacking['category'],
): readonly Lacking[] {
  return ids.flatMap((id, rank) => (others.has(id) ? [] : [{ id, rank, category }]));
}

function parsed(id: string): unknown {
  return JSON.parse(id);
}
