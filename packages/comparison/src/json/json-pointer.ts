/** A JSON Pointer (RFC 6901), parsed once. Made by `parsePointer`. */
export interface JsonPointer {
  /** As it was written; empty for the whole document. */
  readonly text: string;
  /** Its keys and indices, unescaped. */
  readonly segments: readonly string[];
}

/** A pointer that can't be read; the message says what to write instead. */
export class JsonPointerError extends Error {
  override readonly name = 'JsonPointerError';
}

/** @throws JsonPointerError unless the text is empty or begins with `/`, and every `~` is `~0` or `~1` */
export function parsePointer(text: string): JsonPointer {
  if (text === '') return { text, segments: [] };
  if (!text.startsWith('/')) {
    throw new JsonPointerError(`"${text}" is not a JSON Pointer: write "${likelyPointer(text)}"`);
  }
  if (/~(?![01])/.test(text)) {
    const escaped = text.replaceAll(/~(?![01])/g, '~0');
    throw new JsonPointerError(
      `"${text}" has a "~" that is not "~0" or "~1": for a key with "~", write "${escaped}"`,
    );
  }
  return { text, segments: text.slice(1).split('/').map(unescapeSegment) };
}

/** What was probably meant by `decision`, `a.b`, `$.a.b`, `$.a[0]` or `#/a`. */
function likelyPointer(text: string): string {
  const keys = text
    .replace(/^[#$]/, '')
    .split(/[./[\]]/)
    .filter((key) => key !== '');
  return keys.map((key) => `/${key}`).join('');
}

/** The pointer that leads through these keys and indices. */
export function formatPointer(segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${escapeSegment(String(segment))}`).join('');
}

/**
 * The value that a pointer leads to in parsed JSON, or `undefined`, which no JSON value is, if it leads
 * nowhere. Keys are data: `__proto__` and `length` are found only where the document has them.
 */
export function extractValue(body: unknown, pointer: JsonPointer): unknown {
  let value = body;
  for (const segment of pointer.segments) {
    if (Array.isArray(value)) {
      value = arrayIndex.test(segment) ? value[Number(segment)] : undefined;
    } else if (isJsonObject(value) && Object.hasOwn(value, segment)) {
      value = value[segment];
    } else {
      return undefined;
    }
  }
  return value;
}

/** Whether a parsed JSON value is an object, and not an array or null. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901: digits without leading zeros. (`-`, the element after the last, never exists.) */
const arrayIndex = /^(?:0|[1-9]\d*)$/;

function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
