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

/** A difference before it is written: most of a list that turns out to be in another order are taken back. */
interface Found {
  readonly category: DifferenceCategory;
  readonly place: string | readonly (string | number)[];
  readonly production: unknown;
  readonly shadow: unknown;
}

/** A place in a list of differences. */
export interface DifferenceMark {
  readonly count: number;
  readonly listed: number;
  readonly categories: number;
}

/** The differences found so far. */
export class DifferenceList {
  readonly #listed: Found[] = [];
  /** A bit for each category. */
  #categories = 0;
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
    this.#categories |= bitOf(category);
    if (this.#listed.length === maxListedDifferences) return;
    const path = typeof place === 'string' ? place : [...place];
    this.#listed.push({ category, place: path, production, shadow });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get count(): number {
    return this.#count;
  }

  /** How far the list is now, for `cutBack`. */
  mark(): DifferenceMark {
    return { count: this.#count, listed: this.#listed.length, categories: this.#categories };
  }

  /** Takes out what was added since the mark. */
  cutBack({ count, listed, categories }: DifferenceMark): void {
    this.#count = count;
    this.#listed.length = listed;
    this.#categories = categories;
  }

  /** The result: agreement if nothing was added. */
  compared(score: number, outputs: OutputPair | null): Compared {
    return {
      outcome: this.#count === 0 ? 'agree' : 'differ',
      score,
      differences: this.#listed.map(written),
      differenceCount: this.#count,
      categories:
        this.#categories === 0
          ? []
          : differenceCategories.filter((category) => (this.#categories & bitOf(category)) !== 0),
      outputs,
    };
  }
}

function bitOf(category: DifferenceCategory): number {
  return 1 << differenceCategories.indexOf(category);
}

function written({ category, place, production, shadow }: Found): Difference {
  return {
    category,
    path: cutText((typeof place === 'string' ? place : formatPointer(place)).toWellFormed()),
    production: production === undefined ? null : canonicalText(production),
    shadow: shadow === undefined ? null : canonicalText(shadow),
  };
}
