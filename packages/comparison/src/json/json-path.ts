import {
  JSONPathEnvironment,
  type JSONPathQuery,
  JSONPathRecursionLimitError,
  type JSONValue,
} from 'json-p3';

/** A JSONPath (RFC 9535), parsed once. Made by `parsePath`. */
export interface JsonPath {
  /** As it was written. */
  readonly text: string;
  readonly query: JSONPathQuery;
}

/** A JSONPath that can't be read; the message says what is wrong with it. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** `..` goes no deeper than this. */
const maxRecursionDepth = 64;

const environment = new JSONPathEnvironment({ maxRecursionDepth });

/** @throws JsonPathError unless the text is a query of RFC 9535 */
export function parsePath(text: string): JsonPath {
  try {
    return { text, query: environment.compile(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new JsonPathError(`"${text}" is not a JSONPath (RFC 9535): ${reason}`, { cause: error });
  }
}

/**
 * The values that a path selects in parsed JSON, the first `most` of them in the order of the document. What is nested
 * too deep for the path selects nothing.
 */
export function selectValues(body: unknown, { query }: JsonPath, most: number): readonly unknown[] {
  const values: unknown[] = [];
  try {
    for (const node of query.lazyQuery(body as JSONValue)) {
      values.push(node.value);
      if (values.length === most) break;
    }
  } catch (error) {
    if (error instanceof JSONPathRecursionLimitError || error instanceof RangeError) return [];
    throw error;
  }
  return values;
}
