import { wholeText } from '../json/canonical-json.ts';
import type { Location } from '../json/location.ts';
import { type Reading, readValue } from '../reading.ts';

/** A class as it was answered. */
export interface ClassLabel {
  readonly value: string | number | boolean;
  /** Its canonical JSON: different for different classes, `1` and `"1"` among them. */
  readonly text: string;
}

/**
 * The class at a location. `null` is no class: a model that has no answer must say so with a class of its own.
 */
export function readLabel(body: unknown, location: Location): Reading<ClassLabel> {
  const read = readValue(body, location, 'label');
  if (!read.ok) return read;
  const { value } = read;
  if (!isLabel(value)) return { ok: false, reason: 'label-wrong-type' };
  const text = wholeText(value);
  return text === null ? { ok: false, reason: 'label-too-long' } : { ok: true, value: { value, text } };
}

export function isLabel(value: unknown): value is ClassLabel['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
