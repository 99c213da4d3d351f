import type { JsonPointer } from './json-pointer.ts';

/** Paths to ignore that agree with the way taken so far; all are longer than it. */
export type PathPatterns = readonly JsonPointer[];

const none: PathPatterns = [];

/**
 * What remains of the patterns one key further, or `'ignored'` if one of them ends there.
 *
 * @param depth how many keys the way to the key has
 */
export function patternsBelow(
  patterns: PathPatterns,
  depth: number,
  key: string | number,
): PathPatterns | 'ignored' {
  if (patterns.length === 0) return none;
  const segment = String(key);
  const below = patterns.filter(({ segments }) => segments[depth] === '*' || segments[depth] === segment);
  return below.some(({ segments }) => segments.length === depth + 1) ? 'ignored' : below;
}
