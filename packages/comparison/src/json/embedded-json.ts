import { type Reading, readValue } from '../reading.ts';
import type { Location } from './location.ts';

/**
 * The JSON at a location. A text there is read as JSON itself, also in a fence of Markdown, as models write it: with or
 * without a word after the opening fence, and nothing but space around.
 */
export function readDocument(body: unknown, location: Location): Reading<unknown> {
  const read = readValue(body, location, 'document');
  if (!read.ok || typeof read.value !== 'string') return read;
  const value = parseText(read.value);
  return value === undefined ? { ok: false, reason: 'document-not-json' } : { ok: true, value };
}

/** `undefined` for what is no JSON. */
export function parseText(text: string): unknown {
  const [, fenced] = /^\s*```[\w-]*\r?\n(.*?)\r?\n?```\s*$/s.exec(text) ?? [];
  try {
    return JSON.parse(fenced ?? text);
  } catch {
    return undefined;
  }
}
