import type { AnswerProblem } from './comparison.ts';
import { type Location, locate } from './json/location.ts';

/** Something read from one side's answer, or why it couldn't be. */
export type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: AnswerProblem };

export function problemOf(reading: Reading<unknown>): AnswerProblem | null {
  return reading.ok ? null : reading.reason;
}

/** What is read, as reasons name it. */
export type ReadWhat = 'label' | 'score' | 'value' | 'items' | 'vector' | 'document' | 'unit' | 'error';

/** The one value at a location. */
export function readValue(body: unknown, location: Location, what: ReadWhat): Reading<unknown> {
  const located = locate(body, location);
  return located.ok ? located : { ok: false, reason: `${what}-${located.found}` };
}

/** The number at a location. One beyond a double's range is none: its distance to another has no size. */
export function readNumber(body: unknown, location: Location, what: 'score' | 'value'): Reading<number> {
  const read = readValue(body, location, what);
  if (!read.ok) return read;
  const { value } = read;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return { ok: false, reason: `${what}-not-a-number` };
  return { ok: true, value };
}
