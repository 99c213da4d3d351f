import { extractValue, type JsonPointer, JsonPointerError, parsePointer } from './json-pointer.ts';
import { type JsonPath, JsonPathError, parsePath, selectValues } from './json-path.ts';

/** Where in a JSON body something is: a JSON Pointer, or a JSONPath, which begins with `$`. */
export type Location = JsonPointer | JsonPath;

/** A location that can't be read; the message says what to write instead. */
export class LocationError extends Error {
  override readonly name = 'LocationError';
}

/** @throws LocationError unless the text is a JSON Pointer (RFC 6901) or a JSONPath (RFC 9535) */
export function parseLocation(text: string): Location {
  try {
    return text.startsWith('$') ? parsePath(text) : parsePointer(text);
  } catch (error) {
    if (error instanceof JsonPointerError || error instanceof JsonPathError) {
      throw new LocationError(error.message, { cause: error });
    }
    throw error;
  }
}

/** The one value at a location, or how many there are instead: none, or several, which only a JSONPath selects. */
export type Located =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly found: 'missing' | 'ambiguous' };

const missing: Located = { ok: false, found: 'missing' };
const ambiguous: Located = { ok: false, found: 'ambiguous' };

export function locate(body: unknown, location: Location): Located {
  if ('segments' in location) {
    const value = extractValue(body, location);
    return value === undefined ? missing : { ok: true, value };
  }
  const values = selectValues(body, location, 2);
  if (values.length === 0) return missing;
  return values.length === 1 ? { ok: true, value: values[0] } : ambiguous;
}

/** All values at a location, the first `most` of them in the order of the document. */
export function locateAll(body: unknown, location: Location, most: number): readonly unknown[] {
  if (!('segments' in location)) return selectValues(body, location, most);
  const value = extractValue(body, location);
  return value === undefined ? [] : [value];
}
