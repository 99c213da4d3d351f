import { wholeText } from '../json/canonical-json.ts';
import { ComparisonOptionError } from '../options.ts';
import type { Reading } from '../reading.ts';

/** A class as it was answered. */
export interface ClassLabel {
  readonly value: LabelValue;
  /** Its canonical JSON: different for different classes, `1` and `"1"` among them. */
  readonly text: string;
}

export type LabelValue = string | number | boolean;

/** Labels that stand for another one, by their canonical JSON. */
export type LabelNames = ReadonlyMap<string, ClassLabel>;

/** @param groups - labels of one class each; the first of a group is the class's name */
export function labelNames(option: string, groups: readonly (readonly LabelValue[])[]): LabelNames {
  const names = new Map<string, ClassLabel>();
  for (const [name, ...others] of groups) {
    if (name === undefined || others.length === 0) {
      throw new ComparisonOptionError(option, 'each list needs a class’s name, and what else it is called');
    }
    for (const value of [name, ...others]) {
      const text = wholeText(value);
      const nameText = wholeText(name);
      if (text === null || nameText === null) {
        throw new ComparisonOptionError(option, 'a label has at most 200 characters as JSON');
      }
      if (names.has(text)) throw new ComparisonOptionError(option, `${text} may stand once in all lists`);
      names.set(text, { value: name, text: nameText });
    }
  }
  return names;
}

/**
 * A value as a class. `null` is no class: a model that has no answer must say so with a class of its own.
 */
export function labelOf(value: unknown, names: LabelNames): Reading<ClassLabel> {
  if (!isLabel(value)) return { ok: false, reason: 'label-wrong-type' };
  const text = wholeText(value);
  if (text === null) return { ok: false, reason: 'label-too-long' };
  const named = names.size === 0 ? undefined : names.get(text);
  return { ok: true, value: named ?? { value, text } };
}

export function isLabel(value: unknown): value is LabelValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
