import type { RedactConfig } from '@understudy/config';
import type { KeptBody } from './kept-body.ts';

/** Takes secrets out of what is recorded. What production and the caller get is never touched. */
export interface Redactor {
  /** Values of the listed names become `[redacted]`; repeated headers become one. */
  headers(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string>;
  /**
   * What the pointers point at becomes `"[redacted]"`. A body that can't be read as JSON can't be cleaned, so it is
   * withheld: no bytes, but its size. With pointers, every body is written anew, compactly; without, none is touched.
   */
  body(body: KeptBody): KeptBody;
}

const redacted = '[redacted]';

export function createRedactor(config: RedactConfig): Redactor {
  const names = new Set(config.headers.map((name) => name.toLowerCase()));
  const pointers = config.body.map(parsePointer);
  return {
    headers(headers) {
      const clean: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined) clean[name] = names.has(name) ? redacted : [value].flat().join(', ');
      }
      return clean;
    },
    body(body) {
      if (pointers.length === 0 || body.size === 0) return body;
      return cleanJson(body, pointers) ?? { bytes: Buffer.alloc(0), size: body.size };
    },
  };
}

/** Null if the body isn't JSON that can be read and written again. */
function cleanJson(body: KeptBody, pointers: readonly Pointer[]): KeptBody | null {
  if (body.bytes.length < body.size) return null;
  try {
    const document = { value: parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body.bytes)) };
    for (const pointer of pointers) replace(document, ['value', ...pointer]);
    // Also where nothing matched: of a name that is there twice, parsing sees the second, and the first may be a secret.
    const bytes = Buffer.from(JSON.stringify(document.value));
    return { bytes, size: bytes.length };
  } catch {
    return null;
  }
}

type Pointer = readonly string[];

/** RFC 6901; validated by the configuration. */
function parsePointer(pointer: string): Pointer {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Does nothing if there is nothing at the pointer. */
function replace(document: object, pointer: Pointer): void {
  let parent: object = document;
  for (const key of pointer.slice(0, -1)) {
    const child: unknown = Object.hasOwn(parent, key) ? Reflect.get(parent, key) : null;
    if (typeof child !== 'object' || child === null) return;
    parent = child;
  }
  const last = pointer.at(-1);
  if (last !== undefined && Object.hasOwn(parent, last)) Reflect.set(parent, last, redacted);
}

/** The part of the standard's JSON that the type library doesn't know yet. */
interface SourceJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

const sourceJson = JSON as unknown as SourceJson;

/** Numbers that would come out otherwise written (1.0, or a long id) keep their text: the copy is sent to shadows. */
function parseJson(text: string): unknown {
  return sourceJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? sourceJson.rawJSON(source)
      : value,
  );
}
