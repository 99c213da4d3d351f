import { canonicalText, maxTextLength } from './canonical-json.ts';
import { extractValue, type JsonPointer } from './json-pointer.ts';
import type { Reading } from './reading.ts';

export type Label = string | number | boolean;

/**
 * The class at a pointer. `null` is no class: a model that has no answer must say so with a class of its own.
 */
export function readLabel(body: unknown, pointer: JsonPointer): Reading<Label> {
  const value = extractValue(body, pointer);
  if (value === undefined) return { ok: false, reason: 'label-missing' };
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return { ok: false, reason: 'label-wrong-type' };
  }
  if (labelName(value).length > maxTextLength) return { ok: false, reason: 'label-too-long' };
  return { ok: true, value };
}

/**
 * The name of a class, different for different classes: strings as they are, numbers and booleans as JSON. A
 * string that could be taken for something else (`"1"`, `"true"`, a leading quote, half a character) is in
 * quotes.
 */
export function labelName(label: Label): string {
  if (typeof label !== 'string') return canonicalText(label);
  return ambiguous.test(label) || !label.isWellFormed() ? JSON.stringify(label) : label;
}

const ambiguous = /^(?:".*|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/s;
