import type { JsonPointer } from './json-pointer.ts';

/** What holds for the place that a pattern leads to. */
export interface PathRule {
  readonly isIgnored: boolean;
  /** For numbers there and below; null: as above. */
  readonly tolerances: Tolerances | null;
  /** How the elements of a list there are told apart, whatever their order; null: by index. */
  readonly unorderedBy: JsonPointer | null;
}

/** Numbers within either one are close. */
export interface Tolerances {
  readonly absoluteTolerance: number;
  readonly relativeTolerance: number;
}

/** A pattern: a JSON Pointer in which a segment `*` stands for any key or index, and its rule. */
export type PathPattern = readonly [path: JsonPointer, rule: PathRule];

/** The rules for one place and for all below it, made ready: a tree by key. Null: there are none. */
export interface PathRules {
  readonly rule: PathRule | null;
  readonly children: ReadonlyMap<string, PathRules>;
  /** For every key that is not among the children. */
  readonly others: PathRules | null;
}

/** Of two patterns for one place the one with the key itself counts, not the one with `*`; of equal ones the first. */
export function pathRules(patterns: readonly PathPattern[]): PathRules | null {
  return rulesAt(patterns, 0);
}

/** The rules one key further. */
export function rulesBelow(rules: PathRules | null, key: string | number): PathRules | null {
  if (rules === null) return null;
  return rules.children.get(String(key)) ?? rules.others;
}

function rulesAt(patterns: readonly PathPattern[], depth: number): PathRules | null {
  if (patterns.length === 0) return null;
  const ending = patterns.find(([{ segments }]) => segments.length === depth);
  const longer = patterns.filter(([{ segments }]) => segments.length > depth);
  const keyed = Map.groupBy(longer, ([{ segments }]) => segments[depth] ?? '');
  const any = keyed.get('*') ?? [];
  keyed.delete('*');
  return {
    rule: ending?.[1] ?? null,
    children: new Map(
      [...keyed].flatMap(([key, own]) => {
        const rules = rulesAt([...own, ...any], depth + 1);
        return rules === null ? [] : [[key, rules] as const];
      }),
    ),
    others: rulesAt(any, depth + 1),
  };
}
