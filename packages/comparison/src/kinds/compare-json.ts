import { type Comparison, type DifferenceCategory, notComparable } from '../comparison.ts';
import { DifferenceList } from '../difference-list.ts';
import { readDocument } from '../json/embedded-json.ts';
import { isJsonObject, type JsonPointer } from '../json/json-pointer.ts';
import { countChildLeaves, countLeaves, maxDepth } from '../json/leaves.ts';
import { areReordered, elementsByKey } from '../json/list-elements.ts';
import { type PathRules, rulesBelow, type Tolerances } from '../json/path-rules.ts';
import { problemOf } from '../reading.ts';
import { areClose } from './compare-number.ts';
import type { JsonJudging, JsonPlan } from './json-plan.ts';

/**
 * Documents agree if they are equal field by field: objects by key in any order, lists by index or, where a rule says so, by
 * a key of their elements, numbers within the tolerances.
 *
 * The comparison's score is the share of equal leaves, that is of places that hold a string, number, boolean,
 * null, or an empty object or list. What only one side has counts with its leaves, and a place with
 * different types with those of the side that has more. Nothing ignored counts. Lists that hold the same in another
 * order are one difference, and lose the leaves that are not in their places. Documents that both go deeper
 * than `maxDepth` in one place can't be compared.
 */
export function compareJson(
  { rules, tolerances }: JsonJudging,
  production: unknown,
  shadow: unknown,
): Comparison {
  const walk = new Walk(tolerances);
  walk.compare(production, shadow, rules);
  return walk.result();
}

/** The same for what is found in the bodies as documents. */
export function compareDocuments(plan: JsonPlan, production: unknown, shadow: unknown): Comparison {
  if (plan.document === null) return compareJson(plan, production, shadow);
  const ours = readDocument(production, plan.document);
  const theirs = readDocument(shadow, plan.document);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  return compareJson(plan, ours.value, theirs.value);
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * One walk over both documents at once. Keys are visited sorted: what is found doesn't depend on a side's order
 * of keys.
 */
class Walk {
  #tolerances: Tolerances;
  readonly #differences = new DifferenceList();
  /** Keys and indices from the root to the place that is being compared. */
  readonly #trail: (string | number)[] = [];
  #leaves = 0;
  #equalLeaves = 0;
  #isTooDeep = false;

  constructor(tolerances: Tolerances) {
    this.#tolerances = tolerances;
  }

  result(): Comparison {
    if (this.#isTooDeep) return { outcome: 'not-comparable', reason: 'too-deep' };
    return this.#differences.compared(this.#leaves === 0 ? 1 : this.#equalLeaves / this.#leaves, null);
  }

  compare(production: unknown, shadow: unknown, rules: PathRules | null): void {
    const above = this.#tolerances;
    if (rules !== null) this.#tolerances = rules.rule?.tolerances ?? above;
    if (isLeaf(production) && isLeaf(shadow)) {
      this.#compareLeaves(production, shadow, rules);
    } else if (isJsonObject(production) && isJsonObject(shadow)) {
      this.#compareObjects(production, shadow, rules);
    } else if (Array.isArray(production) && Array.isArray(shadow)) {
      const unorderedBy = rules?.rule?.unorderedBy ?? null;
      if (unorderedBy === null) this.#compareLists(production, shadow, rules);
      else this.#compareUnordered({ production, shadow, rules }, unorderedBy);
    } else {
      this.#differ('type', production, shadow, rules);
    }
    this.#tolerances = above;
  }

  #compareLeaves(production: unknown, shadow: unknown, rules: PathRules | null): void {
    if (production === shadow) {
      this.#agree();
    } else if (typeof production === 'number' && typeof shadow === 'number') {
      if (areClose(this.#tolerances, production, shadow)) this.#agree();
      else this.#differ('number', production, shadow, rules);
    } else {
      this.#differ(typeof production === typeof shadow ? 'value' : 'type', production, shadow, rules);
    }
  }

  #compareObjects(production: JsonObject, shadow: JsonObject, rules: PathRules | null): void {
    if (this.#stopsHere()) return;
    const keys = keysOfBoth(Object.keys(production), Object.keys(shadow));
    if (keys.length === 0) this.#agree();
    for (const key of keys) {
      this.#compareChild(key, [ownValue(production, key), ownValue(shadow, key)], rulesBelow(rules, key));
    }
  }

  #compareLists(production: readonly unknown[], shadow: readonly unknown[], rules: PathRules | null): void {
    if (this.#stopsHere()) return;
    const before = this.#differences.mark();
    const shared = Math.min(production.length, shadow.length);
    if (production.length !== shadow.length) {
      const longer = production.length > shared ? production : shadow;
      this.#leaves += countChildLeaves([...longer.entries()].slice(shared), this.#trail.length, rules);
      this.#differences.add('size', this.#trail, production.length, shadow.length);
    } else if (shared === 0) {
      this.#agree();
    }
    const differing: number[] = [];
    for (let index = 0; index < shared; index++) {
      const { count } = this.#differences;
      this.#compareChild(index, [production[index], shadow[index]], rulesBelow(rules, index));
      if (this.#differences.count > count) differing.push(index);
    }
    if (production.length !== shadow.length || differing.length < 2) return;
    const isMoved = areReordered({ a: production, b: shadow, rules }, differing);
    if (isMoved) {
      this.#differences.cutBack(before);
      this.#differences.add('order', this.#trail, production, shadow);
    }
  }

  #compareUnordered(
    {
      production,
      shadow,
      rules,
    }: { production: readonly unknown[]; shadow: readonly unknown[]; rules: PathRules | null },
    by: JsonPointer,
  ): void {
    if (this.#stopsHere()) return;
    const ours = elementsByKey(production, by);
    const theirs = elementsByKey(shadow, by);
    if (ours.size === 0 && theirs.size === 0) this.#agree();
    for (const name of keysOfBoth([...ours.keys()], [...theirs.keys()])) {
      // Rules with an index are for lists with an order.
      this.#compareChild(name, [ours.get(name), theirs.get(name)], rules?.others ?? null);
    }
  }

  /**
   * Compares what is one key further; `undefined`, which no JSON value is, stands for what a side doesn't
   * have.
   */
  #compareChild(
    key: string | number,
    [production, shadow]: readonly [production: unknown, shadow: unknown],
    rules: PathRules | null,
  ): void {
    if (rules?.rule?.isIgnored === true) return;
    this.#trail.push(key);
    if (production === undefined) this.#differ('extra', production, shadow, rules);
    else if (shadow === undefined) this.#differ('missing', production, shadow, rules);
    else this.compare(production, shadow, rules);
    this.#trail.pop();
  }

  #agree(): void {
    this.#leaves++;
    this.#equalLeaves++;
  }

  #differ(category: DifferenceCategory, production: unknown, shadow: unknown, rules: PathRules | null): void {
    const depth = this.#trail.length;
    this.#leaves += Math.max(countLeaves(production, depth, rules), countLeaves(shadow, depth, rules));
    this.#differences.add(category, this.#trail, production, shadow);
  }

  #stopsHere(): boolean {
    if (this.#trail.length >= maxDepth) this.#isTooDeep = true;
    return this.#isTooDeep;
  }
}

/** Each key once, sorted. */
function keysOfBoth(ours: string[], theirs: readonly string[]): readonly string[] {
  // Most answers have the same keys in the same order.
  const areEqual = ours.length === theirs.length && ours.every((key, index) => key === theirs[index]);
  return areEqual ? ours.sort() : [...new Set([...ours, ...theirs])].sort();
}

/** Strings, numbers, booleans and null. */
function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
