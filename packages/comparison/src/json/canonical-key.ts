import { isJsonObject } from './json-pointer.ts';
import { maxDepth } from './leaves.ts';
import { type PathRules, rulesBelow } from './path-rules.ts';

/**
 * Text that is equal for equal JSON values, without what is ignored in them; null for one that is nested deeper than
 * `maxDepth`.
 */
export function canonicalKey(value: unknown, rules: PathRules | null, depth: number = 0): string | null {
  if (depth > maxDepth) return null;
  if (Array.isArray(value)) {
    const parts = value.map((element, index) => memberKey(element, rulesBelow(rules, index), depth));
    return parts.includes(null) ? null : `[${parts.join(',')}]`;
  }
  // Infinity, which a number beyond a double's range is parsed to, is no JSON.
  if (typeof value === 'number') return String(value);
  if (!isJsonObject(value)) return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort()
    .map((key) => {
      const member = memberKey(value[key], rulesBelow(rules, key), depth);
      return member === null || member === '' ? member : `${JSON.stringify(key)}:${member}`;
    });
  return parts.includes(null) ? null : `{${parts.filter((part) => part !== '').join(',')}}`;
}

/** Empty for what is ignored. */
function memberKey(value: unknown, rules: PathRules | null, depth: number): string | null {
  return rules?.rule?.isIgnored === true ? '' : canonicalKey(value, rules, depth + 1);
}
