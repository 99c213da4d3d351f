import { canonicalKey } from './canonical-key.ts';
import { extractValue, type JsonPointer } from './json-pointer.ts';
import type { PathRules } from './path-rules.ts';
import { rulesBelow } from './path-rules.ts';

/**
 * The elements of a list without order, by a name for their place in a path: `["a"]` for the one whose key is `"a"`, `["a"]#2`
 * for a second one; those that have no key of their own are `[]`, `[]#2` and so on.
 */
export function elementsByKey(list: readonly unknown[], pointer: JsonPointer): ReadonlyMap<string, unknown> {
  const counts = new Map<string, number>();
  return new Map(
    list.map((element) => {
      const key = extractValue(element, pointer);
      const name = `[${typeof key === 'object' || key === undefined ? '' : JSON.stringify(key)}]`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [count === 1 ? name : `${name}#${count}`, element];
    }),
  );
}

/**
 * Whether two lists of one length hold, in the places in which they differ, the same elements in another order; what is
 * ignored in them doesn't count. Stops at the first element that the other list lacks there.
 */
export function areReordered(
  {
    a,
    b,
    rules,
  }: { readonly a: readonly unknown[]; readonly b: readonly unknown[]; readonly rules: PathRules | null },
  places: readonly number[],
): boolean {
  const others = new Map<string, number>();
  for (const place of places) {
    const key = canonicalKey(b[place], rulesBelow(rules, place));
    if (key === null) return false;
    others.set(key, (others.get(key) ?? 0) + 1);
  }
  for (const place of places) {
    const key = canonicalKey(a[place], rulesBelow(rules, place));
    const left = key === null ? 0 : (others.get(key) ?? 0);
    if (key === null || left === 0) return false;
    others.set(key, left - 1);
  }
  return true;
}
