import type { AnswerProblem } from './comparison.ts';
import { extractValue, type JsonPointer } from './json-pointer.ts';

/** Something read from one side's answer, or why it couldn't be. */
export type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: AnswerProblem };

export function problemOf(reading: Reading<unknown>): AnswerProblem | null {
  return reading.ok ? null : reading.reason;
}

/** The number at a pointer. One beyond a double's range is none: its distance to another has no size. */
export function readNumber(body: unknown, pointer: JsonPointer, what: 'score' | 'value'): Reading<number> {
  const value = extractValue(body, pointer);
  if (value === undefined) return { ok: false, reason: `${what}-missing` };
  if (typeof value !== 'number' || !Number.isFinite(value))
    return { ok: false, reason: `${what}-not-a-number` };
  return { ok: true, value };
}
