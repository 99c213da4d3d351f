import { type Comparison, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import type { Location } from '../json/location.ts';
import { problemOf, type Reading, readValue } from '../reading.ts';
import { type ClassLabel, type LabelNames, labelOf } from './class-label.ts';

/**
 * Lists of classes, the likeliest first, agree if the first of each is among the first `top` of the other.
 *
 * The comparison's score is the share of the first `top` that both lists have, of the longer one.
 */
export function compareTopClasses(
  { label, names, top }: { readonly label: Location; readonly names: LabelNames; readonly top: number },
  production: unknown,
  shadow: unknown,
): Comparison {
  const ours = readLabels(production, { label, names, top });
  const theirs = readLabels(shadow, { label, names, top });
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  return compareTops(label.text, ours.value, theirs.value);
}

/** At least one label. */
export type TopLabels = readonly [best: ClassLabel, ...others: ClassLabel[]];

function compareTops(path: string, production: TopLabels, shadow: TopLabels): Comparison {
  const [ours] = production;
  const [theirs] = shadow;
  const differences = new DifferenceList();
  if (!areAmongEachOther(production, shadow)) differences.add('class', path, ours.value, theirs.value);
  const others = new Set(shadow.map(({ text }) => text));
  const shared = production.filter(({ text }) => others.has(text)).length;
  return differences.compared(shared / Math.max(production.length, shadow.length), {
    production: ours.text,
    shadow: theirs.text,
  });
}

/** Whether each side's best is among what the other has. */
export function areAmongEachOther(a: TopLabels, b: TopLabels): boolean {
  return b.some(({ text }) => text === a[0].text) && a.some(({ text }) => text === b[0].text);
}

function readLabels(
  body: unknown,
  { label, names, top }: { readonly label: Location; readonly names: LabelNames; readonly top: number },
): Reading<TopLabels> {
  const read = readValue(body, label, 'label');
  if (!read.ok) return read;
  if (!Array.isArray(read.value)) return { ok: false, reason: 'label-wrong-type' };
  const labels = new Map<string, ClassLabel>();
  for (const value of read.value) {
    const found = labelOf(value, names);
    if (!found.ok) return found;
    labels.set(found.value.text, found.value);
    if (labels.size === top) break;
  }
  const [best, ...others] = labels.values();
  return best === undefined ? { ok: false, reason: 'label-missing' } : { ok: true, value: [best, ...others] };
}
