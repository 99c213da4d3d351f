import type { Comparison, DifferenceCategory } from '../comparison.ts';
import type { JsonPlan } from './json-plan.ts';
import { DifferenceList } from '../difference-list.ts';
import { type PathPatterns, patternsBelow } from '../json/ignored-paths.ts';
import { isJsonObject } from '../json/json-pointer.ts';
import { countChildLeaves, countLeaves, maxDepth } from '../json/leaves.ts';

/**
 * Bodies agree if they are equal field by field: objects by key in any order, arrays by index, numbers within
 * the tolerance.
 *
 * The comparison's score is the share of equal leaves, that is of places that hold a string, number, boolean,
 * null, or an empty object or array. What only one side has counts with its leaves, and a place with
 * different types with those of the side that has more. Nothing ignored counts. Bodies that both go deeper
 * than `maxDepth` in one place can't be compared.
 */
export function compareJson(plan: JsonPlan, production: unknown, shadow: unknown): Comparison {
  const walk = new Walk(plan.numberTolerance);
  walk.compare(production, shadow, plan.ignore);
  return walk.result();
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * One walk over both bodies at once. Keys are visited sorted: what is found doesn't depend on a side's order
 * of keys.
 */
class Walk {
  readonly #numberTolerance: number;
  readonly #differences = new DifferenceList();
  /** Keys and indices from the root to the place that is being compared. */
  readonly #trail: (string | number)[] = [];
  #leaves = 0;
  #equalLeaves = 0;
  #isTooDeep = false;

  constructor(numberTolerance: number) {
    this.#numberTolerance = numberTolerance;
  }

  result(): Comparison {
    if (this.#isTooDeep) return { outcome: 'not-comparable', reason: 'too-deep' };
    return this.#differences.compared(this.#leaves === 0 ? 1 : this.#equalLeaves / this.#leaves, null);
  }

  compare(production: unknown, shadow: unknown, patterns: PathPatterns): void {
    if (isLeaf(production) && isLeaf(shadow)) {
      this.#compareLeaves(production, shadow, patterns);
    } else if (isJsonObject(production) && isJsonObject(shadow)) {
      this.#compareObjects(production, shadow, patterns);
    } else if (Array.isArray(production) && Array.isArray(shadow)) {
      this.#compareArrays(production, shadow, patterns);
    } else {
      this.#differ('type', production, shadow, patterns);
    }
  }

  #compareLeaves(production: unknown, shadow: unknown, patterns: PathPatterns): void {
    if (production === shadow) {
      this.#agree();
    } else if (typeof production === 'number' && typeof shadow === 'number') {
      if (Math.abs(production - shadow) <= this.#numberTolerance) this.#agree();
      else this.#differ('number', production, shadow, patterns);
    } else {
      this.#differ(typeof production === typeof shadow ? 'value' : 'type', production, shadow, patterns);
    }
  }

  #compareObjects(production: JsonObject, shadow: JsonObject, patterns: PathPatterns): void {
    if (this.#stopsHere()) return;
    const keys = [...new Set([...Object.keys(production), ...Object.keys(shadow)])].sort();
    if (keys.length === 0) this.#agree();
    for (const key of keys) {
      this.#compareChild(key, ownValue(production, key), ownValue(shadow, key), patterns);
    }
  }

  #compareArrays(production: readonly unknown[], shadow: readonly unknown[], patterns: PathPatterns): void {
    if (this.#stopsHere()) return;
    const shared = Math.min(production.length, shadow.length);
    if (production.length !== shadow.length) {
      const longer = production.length > shared ? production : shadow;
      this.#leaves += countChildLeaves([...longer.entries()].slice(shared), this.#trail.length, patterns);
      this.#differences.add('size', this.#trail, production.length, shadow.length);
    } else if (shared === 0) {
      this.#agree();
    }
    for (let index = 0; index < shared; index++) {
      this.#compareChild(index, production[index], shadow[index], patterns);
    }
  }

  /**
   * Compares what is one key further; `undefined`, which no JSON value is, stands for what a side doesn't
   * have.
   */
  #compareChild(key: string | number, production: unknown, shadow: unknown, patterns: PathPatterns): void {
    const below = patternsBelow(patterns, this.#trail.length, key);
    if (below === 'ignored') return;
    this.#trail.push(key);
    if (production === undefined) this.#differ('extra', production, shadow, below);
    else if (shadow === undefined) this.#differ('missing', production, shadow, below);
    else this.compare(production, shadow, below);
    this.#trail.pop();
  }

  #agree(): void {
    this.#leaves++;
    this.#equalLeaves++;
  }

  #differ(category: DifferenceCategory, production: unknown, shadow: unknown, patterns: PathPatterns): void {
    const depth = this.#trail.length;
    this.#leaves += Math.max(countLeaves(production, depth, patterns), countLeaves(shadow, depth, patterns));
    this.#differences.add(category, this.#trail, production, shadow);
  }

  #stopsHere(): boolean {
    if (this.#trail.length >= maxDepth) this.#isTooDeep = true;
    return this.#isTooDeep;
  }
}

/** Strings, numbers, booleans and null. */
function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
