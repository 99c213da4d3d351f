import { isUtf8 } from 'node:buffer';
import { type Form, kindOf } from './json-problems.ts';

const expects = 'text, or { "base64": "…" }';

/**
 * Bytes in JSON: their text if they are UTF-8, else `{ "base64": "…" }`. A text is never taken for base64 by its
 * looks, so each has one meaning.
 */
export const bytesForm: Form = {
  expects,
  read(found, path, problems) {
    if (typeof found === 'string') {
      return found.isWellFormed() ? Buffer.from(found) : problems.unexpected(path, expects, found);
    }
    if (!isEncoded(found)) {
      const hint = kindOf(found) === 'an object' ? ': a JSON body is written as text' : '';
      return problems.add(path, `expected ${expects}, got ${kindOf(found)}${hint}`);
    }
    const bytes = Buffer.from(found.base64, 'base64');
    // Node passes over what isn't base64; then it comes out otherwise than it was given.
    const isWhole = bytes.toString('base64').replace(/=+$/, '') === found.base64.replace(/=+$/, '');
    return isWhole ? bytes : problems.add(`${path}.base64`, 'not base64 (RFC 4648, +/ alphabet)');
  },
};

/** For JSON.stringify: bytes as `bytesForm` reads them. Throws a TypeError for a number that JSON doesn't have. */
export function jsonReplacer(this: unknown, key: string, value: unknown): unknown {
  // Node's buffers have a form of their own, which `value` is in already; the holder has them as they are.
  const held: unknown = Reflect.get(Object(this) as object, key);
  if (Buffer.isBuffer(held)) return isUtf8(held) ? held.toString() : { base64: held.toString('base64') };
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${key}: JSON has no number ${value}`);
  }
  return value;
}

function isEncoded(found: unknown): found is { readonly base64: string } {
  if (typeof found !== 'object' || found === null || Object.keys(found).join() !== 'base64') return false;
  return 'base64' in found && typeof found.base64 === 'string';
}
