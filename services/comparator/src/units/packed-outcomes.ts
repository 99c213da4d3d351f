import { type Outcomes, outcomeNames } from './outcomes.ts';

/** Keys and what became of their requests, as records have them. */
export interface PackedOutcomes {
  /** Rising; each but the first is written as its difference to the one before. */
  readonly keys: readonly number[];
  readonly counts: readonly number[];
}

/** Counts up to this are written in two bits. */
const mostInBits = 3;
const notPacked = -1;

/**
 * Most keys have one request, or a few: their seven counts are one number, two bits each, the first lowest. Where a count
 * does not fit, they follow a -1. So a key takes seven bytes in a record, where seven numbers and a hash would take twice
 * that, and a lane's record has thousands in every window.
 *
 * @param rising - by key
 */
export function pack(rising: readonly (readonly [key: number, outcomes: Outcomes])[]): {
  keys: number[];
  counts: number[];
} {
  const keys: number[] = [];
  const counts: number[] = [];
  let before = 0;
  for (const [key, outcomes] of rising) {
    keys.push(key - before);
    before = key;
    const all = outcomeNames.map((name) => outcomes[name]);
    if (all.every((count) => count >= 0 && count <= mostInBits))
      counts.push(all.reduceRight((packed, count) => packed * (mostInBits + 1) + count, 0));
    else counts.push(notPacked, ...all);
  }
  return { keys, counts };
}

export function unpack({
  keys,
  counts,
}: PackedOutcomes): readonly (readonly [key: number, outcomes: Outcomes])[] {
  let key = 0;
  let at = 0;
  return keys.map((step) => {
    key += step;
    const first = counts[at++] ?? 0;
    if (first !== notPacked) return [key, inBits(first)] as const;
    const outcomes = outcomesOf((of) => counts[at + of] ?? 0);
    at += outcomeNames.length;
    return [key, outcomes] as const;
  });
}

function inBits(packed: number): Outcomes {
  return outcomesOf((of) => (packed >> (2 * of)) & mostInBits);
}

function outcomesOf(count: (of: number) => number): Outcomes {
  return {
    compared: count(0),
    agreed: count(1),
    answered: count(2),
    inTime: count(3),
    failed: count(4),
    deferred: count(5),
    missing: count(6),
  };
}
