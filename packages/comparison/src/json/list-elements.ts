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

/** Whether two lists of one length hold the same elements in another order; what is ignored in them doesn't count. */
export function areReordered(a: readonly unknown[], b: readonly unknown[], rules: PathRules | null): boolean {
  const keysOf = (list: readonly unknown[]): readonly string[] =>
    list.map((element, index) => canonicalKey(element, rulesBelow(rules, index)) ?? '').sort();
  const keys = keysOf(a);
  return !keys.includes('') && keysOf(b).every((key, index) => key === keys[index]);
}
