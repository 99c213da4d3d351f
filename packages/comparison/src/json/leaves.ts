import { isJsonObject } from './json-pointer.ts';
import { type PathRules, rulesBelow } from './path-rules.ts';

/** Objects and arrays nested deeper than this are not read. */
export const maxDepth = 64;

type Child = readonly [key: string | number, value: unknown];

/**
 * How many places in a value, itself included, hold a string, number, boolean, null, or an empty object or
 * array; without the ignored ones, and at least 1. What is nested too deep counts as one.
 *
 * @param depth how many keys the way to the value has
 */
export function countLeaves(value: unknown, depth: number, rules: PathRules | null): number {
  if (Array.isArray(value)) return countChildLeaves([...value.entries()], depth, rules);
  return isJsonObject(value) ? countChildLeaves(Object.entries(value), depth, rules) : 1;
}

/** The same for some children of a value, which are one key further. */
export function countChildLeaves(children: readonly Child[], depth: number, rules: PathRules | null): number {
  if (depth >= maxDepth) return 1;
  let leaves = 0;
  for (const [key, child] of children) {
    const below = rulesBelow(rules, key);
    if (below?.rule?.isIgnored !== true) leaves += countLeaves(child, depth + 1, below);
  }
  return Math.max(1, leaves);
}
