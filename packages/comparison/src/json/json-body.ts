/** A body as JSON, or why it can't be read as that. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'empty' | 'not-utf8' | 'not-json' };

// One for all: without `stream` a call leaves no state behind, also when it fails.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body as JSON in UTF-8 (RFC 8259), with or without a byte order mark; never throws. Numbers become
 * doubles, as every JavaScript client reads them: digits beyond the 17th are lost, and beyond 1.8e308 there
 * is Infinity.
 */
export function parseJsonBody(body: Uint8Array): JsonBody {
  if (body.byteLength === 0) return { ok: false, reason: 'empty' };
  const text = decodeUtf8(body);
  if (text === null) return { ok: false, reason: 'not-utf8' };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, reason: 'not-json' };
  }
}

/** A body as text, without its byte order mark; null if it isn't UTF-8. */
export function decodeUtf8(body: Uint8Array): string | null {
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}
