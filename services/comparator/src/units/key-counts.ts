import type { KeyCounts } from '@understudy/schemas-avro';
import { noOutcomes, type Outcomes, plus } from './outcomes.ts';
import { pack, unpack } from './packed-outcomes.ts';
import { allKeys } from './request-key.ts';

/**
 * What became of the requests of each key, over some requests. Of more keys than are kept apart it keeps those of lowest
 * hash, whatever came first: the same requests give the same record.
 */
export class KeyedOutcomes {
  readonly #max: number;
  #below = allKeys;
  #byKey = new Map<number, Outcomes>();

  /** @param max - keys that are kept */
  constructor(max: number) {
    this.#max = max;
  }

  add(key: number, outcomes: Outcomes): void {
    if (key >= this.#below) return;
    const known = this.#byKey.get(key);
    this.#byKey.set(key, known === undefined ? outcomes : plus(known, outcomes));
    if (this.#byKey.size >= 2 * this.#max + 1) this.#keepLowest();
  }

  toRecord(): KeyCounts {
    if (this.#byKey.size > this.#max) this.#keepLowest();
    const rising = [...this.#byKey].toSorted(([a], [b]) => a - b);
    return { below: this.#below, ...pack(rising) };
  }

  #keepLowest(): void {
    const rising = [...this.#byKey].toSorted(([a], [b]) => a - b);
    this.#below = rising[this.#max]?.[0] ?? this.#below;
    this.#byKey = new Map(rising.slice(0, this.#max));
  }
}

/** The keys of a whole window that all of its parts are complete in. */
export interface WindowKeys {
  readonly below: number;
  readonly byKey: ReadonlyMap<number, Outcomes>;
}

/** Requests of one key may stand in several partitions, where it is their body that is equal. */
export function mergeKeys(parts: readonly KeyCounts[]): WindowKeys {
  const below = Math.min(allKeys, ...parts.map((part) => part.below));
  const byKey = new Map<number, Outcomes>();
  for (const part of parts)
    for (const [key, outcomes] of unpack(part))
      if (key < below) byKey.set(key, plus(byKey.get(key) ?? noOutcomes, outcomes));
  return { below, byKey };
}
