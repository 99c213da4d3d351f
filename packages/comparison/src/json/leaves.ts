import { type PathPatterns, patternsBelow } from './ignored-paths.ts';
import { isJsonObject } from './json-pointer.ts';

/** Objects and arrays nested deeper than this are not read. */
export const maxDepth = 64;

type Child = readonly [key: string | number, value: unknown];

/**
 * How many places in a value, itself included, hold a string, number, boolean, null, or an empty object or
 * array; without the ignored ones, and at least 1. What is nested too deep counts as one.
 *
 * @param depth how many keys the way to the value has
 */
export function countLeaves(value: unknown, depth: number, patterns: PathPatterns): number {
  if (Array.isArray(value)) return countChildLeaves([...value.entries()], depth, patterns);
  return isJsonObject(value) ? countChildLeaves(Object.entries(value), depth, patterns) : 1;
}

/** The same for some children of a value, which are one key further. */
export function countChildLeaves(children: readonly Child[], depth: number, patterns: PathPatterns): number {
  if (depth >= maxDepth) return 1;
  let leaves = 0;
  for (const [key, child] of children) {
    const below = patternsBelow(patterns, depth, key);
    if (below !== 'ignored') leaves += countLeaves(child, depth + 1, below);
  }
  return Math.max(1, leaves);
}
