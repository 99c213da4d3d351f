import { isJsonObject } from './json-pointer.ts';

/** The most characters (UTF-16) of a value, a path or a class that a comparison carries. */
export const maxTextLength = 200;

/** The text, or its beginning with `…` at the end; never half a character. */
export function cutText(text: string): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * The beginning of a parsed JSON value as canonical JSON: no spaces, keys in the order of their UTF-16 code
 * units and numbers as JavaScript writes them (RFC 8785), so that equal values have equal text. Infinity,
 * which a number beyond a double's range is parsed to, is `1e999`. Work and depth are bounded by the length
 * of the text, and by sorting keys.
 */
export function canonicalText(value: unknown): string {
  return cutText(written('', value));
}

/** A parsed JSON value as canonical JSON, whole; null if that is longer than `maxTextLength`. */
export function wholeText(value: unknown): string | null {
  const text = written('', value);
  return text.length > maxTextLength ? null : text;
}

/** `text` with the value after it; elements and members that would begin beyond the limit are left out. */
function written(text: string, value: unknown): string {
  if (Array.isArray(value)) return writtenArray(text, value);
  if (isJsonObject(value)) return writtenObject(text, value);
  if (typeof value === 'string') return text + quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return text + (value > 0 ? '1e999' : '-1e999');
  return text + JSON.stringify(value);
}

function writtenArray(text: string, elements: readonly unknown[]): string {
  let longer = `${text}[`;
  for (const [index, element] of elements.entries()) {
    if (longer.length > maxTextLength) return longer;
    longer = written(index === 0 ? longer : `${longer},`, element);
  }
  return `${longer}]`;
}

function writtenObject(text: string, object: Readonly<Record<string, unknown>>): string {
  let longer = `${text}{`;
  for (const [index, key] of Object.keys(object).sort().entries()) {
    if (longer.length > maxTextLength) return longer;
    longer = written(`${longer}${index === 0 ? '' : ','}${quoted(key)}:`, object[key]);
  }
  return `${longer}}`;
}

/** A string as JSON. Only what may be seen of a long one is escaped; its end is cut off anyway. */
function quoted(text: string): string {
  return JSON.stringify(text.length > maxTextLength ? text.slice(0, maxTextLength + 1) : text);
}
