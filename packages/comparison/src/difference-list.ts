import { canonicalText, cutText } from './json/canonical-json.ts';
import {
  type Compared,
  type Difference,
  differenceCategories,
  type DifferenceCategory,
  type OutputPair,
} from './comparison.ts';
import { formatPointer } from './json/json-pointer.ts';

/** The most differences that a comparison lists; more are counted. */
export const maxListedDifferences = 50;

/** The differences found so far. */
export class DifferenceList {
  readonly #listed: Difference[] = [];
  readonly #categories = new Set<DifferenceCategory>();
  #count = 0;

  /**
   * @param place its path as it was configured, or the keys and indices that lead there
   * @param production the value there, `undefined` if there is none
   */
  add(
    category: DifferenceCategory,
    place: string | readonly (string | number)[],
    production: unknown,
    shadow: unknown,
  ): void {
    this.#count++;
    this.#categories.add(category);
    if (this.#listed.length === maxListedDifferences) return;
    this.#listed.push({
      category,
      path: cutText((typeof place === 'string' ? place : formatPointer(place)).toWellFormed()),
      production: production === undefined ? null : canonicalText(production),
      shadow: shadow === undefined ? null : canonicalText(shadow),
    });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The result: agreement if nothing was added. */
  compared(score: number, outputs: OutputPair | null): Compared {
    return {
      outcome: this.#count === 0 ? 'agree' : 'differ',
      score,
      differences: this.#listed,
      differenceCount: this.#count,
      categories: differenceCategories.filter((category) => this.#categories.has(category)),
      outputs,
    };
  }
}
