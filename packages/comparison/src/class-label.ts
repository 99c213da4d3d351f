import { wholeText } from './canonical-json.ts';
import { extractValue, type JsonPointer } from './json-pointer.ts';
import type { Reading } from './reading.ts';

/** A class as it was answered. */
export interface ClassLabel {
  readonly value: string | number | boolean;
  /** Its canonical JSON: different for different classes, `1` and `"1"` among them. */
  readonly text: string;
}

/**
 * The class at a pointer. `null` is no class: a model that has no answer must say so with a class of its own.
 */
export function readLabel(body: unknown, pointer: JsonPointer): Reading<ClassLabel> {
  const value = extractValue(body, pointer);
  if (value === undefined) return { ok: false, reason: 'label-missing' };
  if (!isLabel(value)) return { ok: false, reason: 'label-wrong-type' };
  const text = wholeText(value);
  return text === null ? { ok: false, reason: 'label-too-long' } : { ok: true, value: { value, text } };
}

export function isLabel(value: unknown): value is ClassLabel['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
