const none: readonly never[] = [];

/**
 * Values by exchange id, in the order in which they came. An id has one where nothing went wrong, so that one is kept
 * as it is; only several are a list.
 */
export class ById<V extends object> {
  readonly #values = new Map<string, V | readonly V[]>();

  /** Of an id; it doesn't change when values are added or removed later. */
  of(id: string): readonly V[] {
    const known = this.#values.get(id);
    if (known === undefined) return none;
    return isList(known) ? known : [known];
  }

  add(id: string, value: V): void {
    const known = this.#values.get(id);
    this.#values.set(id, known === undefined ? value : isList(known) ? [...known, value] : [known, value]);
  }

  /** Does nothing if it isn't there. */
  remove(id: string, value: V): void {
    const known = this.#values.get(id);
    if (known === value) this.#values.delete(id);
    if (known === undefined || !isList(known)) return;
    const others = known.filter((other) => other !== value);
    const [first] = others;
    if (first === undefined) this.#values.delete(id);
    else this.#values.set(id, others.length === 1 ? first : others);
  }
}

function isList<V extends object>(known: V | readonly V[]): known is readonly V[] {
  return Array.isArray(known);
}
