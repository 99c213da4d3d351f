/** How one type of value is read from parsed JSON. */
export interface Form {
  /** `a list`, for problems. */
  readonly expects: string;
  /** @returns the value; what it is where a problem was found doesn't matter */
  readonly read: (found: unknown, path: string, problems: Problems) => unknown;
}

/** Named in full; of more, how many. */
const maxNamed = 5;
/** Of each, in characters: paths hold keys of strangers, and what is told here goes into logs and headers of records. */
const maxLength = 300;

/** What stands in the way of reading one JSON document, each with its path. */
export class Problems {
  readonly #named: string[] = [];
  #count = 0;

  add(path: string, problem: string): null {
    this.#count += 1;
    if (this.#count <= maxNamed) this.#named.push(cut(`${path}: ${problem}`));
    return null;
  }

  /** Says what kind of value was found, never the value: it may be a user's. */
  unexpected(path: string, expects: string, found: unknown): null {
    return this.add(path, `expected ${expects}, got ${kindOf(found)}`);
  }

  throwIfAny(): void {
    if (this.#count === 0) return;
    const more = this.#count > maxNamed ? [`and ${this.#count - maxNamed} more`] : [];
    throw new TypeError([...this.#named, ...more].join('; '));
  }
}

function cut(problem: string): string {
  return problem.length > maxLength ? `${problem.slice(0, maxLength)}…` : problem;
}

/** What a parsed JSON value is, in words. */
export function kindOf(found: unknown): string {
  if (found === null) return 'null';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'string') return 'text';
  if (typeof found === 'number') return Number.isInteger(found) ? 'a whole number' : 'a number';
  return typeof found === 'boolean' ? 'true or false' : 'an object';
}
