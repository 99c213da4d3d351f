import type { ClassSums } from '@understudy/schemas-avro';
import { saltedRank } from './salted-rank.ts';

/** Classes that are told apart; a model may answer any number of them. */
export const maxClasses = 30;

/** A class that is kept; null: one of the others. */
type Class = string | null;

/**
 * Which class production answered and which the shadow, pair by pair. Of more than {@link maxClasses} classes those of
 * the least salted hashes are told apart.
 *
 * The same pairs give the same record, in whatever order, and however split and merged: a class that is among the least
 * of all was among the least of every share from its first pair on, so its counts are whole. What was taken for kept
 * until a lesser one came is added to the others then.
 */
export class ClassCounts {
  /** Hashes of the classes kept. */
  readonly #ranks = new Map<string, number>();
  /** By production's class, then by the shadow's. */
  readonly #counts = new Map<Class, Map<Class, number>>();

  count(production: string, shadow: string): void {
    this.#meet(production);
    this.#meet(shadow);
    this.#increase(this.#classOf(production), this.#classOf(shadow), 1);
  }

  add({ classes, cells }: ClassSums): void {
    for (const name of classes) this.#meet(name);
    const classAt = (place: number): Class => {
      const name = classes[place];
      return name === undefined ? null : this.#classOf(name);
    };
    for (const { production, shadow, count } of cells)
      this.#increase(classAt(production), classAt(shadow), count);
  }

  toRecord(): ClassSums {
    const classes = [...this.#ranks.keys()].toSorted();
    const order: readonly Class[] = [...classes, null];
    const cells = order.flatMap((ours, production) => {
      const row = this.#counts.get(ours);
      return order.flatMap((theirs, shadow) => {
        const count = row?.get(theirs);
        return count === undefined ? [] : [{ production, shadow, count }];
      });
    });
    return { classes, cells };
  }

  #classOf(name: string): Class {
    return this.#ranks.has(name) ? name : null;
  }

  #meet(name: string): void {
    if (this.#ranks.has(name)) return;
    const rank = saltedRank('classes', name);
    if (this.#ranks.size === maxClasses) {
      const [greatestName, greatest] = [...this.#ranks].reduce((a, b) => (b[1] > a[1] ? b : a));
      if (rank > greatest) return;
      this.#ranks.delete(greatestName);
      this.#pool(greatestName);
    }
    this.#ranks.set(name, rank);
  }

  /** Adds what was counted of a class to the others. */
  #pool(name: string): void {
    const row = this.#counts.get(name) ?? new Map<Class, number>();
    this.#counts.delete(name);
    for (const [shadow, count] of row) this.#increase(null, shadow, count);
    for (const [production, others] of this.#counts) {
      const count = others.get(name);
      if (count === undefined) continue;
      others.delete(name);
      this.#increase(production, null, count);
    }
  }

  #increase(production: Class, shadow: Class, by: number): void {
    const row = this.#counts.get(production) ?? new Map<Class, number>();
    row.set(shadow, (row.get(shadow) ?? 0) + by);
    this.#counts.set(production, row);
  }
}
