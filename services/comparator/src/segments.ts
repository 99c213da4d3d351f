import { extractValue, type JsonPointer, parseJsonBody, parsePointer } from '@understudy/comparison';
import { pooledValue, type SegmentConfig } from '@understudy/config';
import type { Segment } from '@understudy/schemas-avro';

/** The declared segments of an experiment, ready to be applied to requests. */
export class Segments {
  readonly #declared: readonly {
    readonly name: string;
    readonly pointer: JsonPointer;
    readonly values: ReadonlySet<string>;
  }[];

  constructor(segments: readonly SegmentConfig[]) {
    this.#declared = segments.map(({ name, field, values }) => ({
      name,
      pointer: parsePointer(field),
      values: new Set(values),
    }));
  }

  /** One for each declared field; values that aren't declared, or aren't there, are pooled. */
  of(requestBody: Buffer): readonly Segment[] {
    if (this.#declared.length === 0) return [];
    const body = parseJsonBody(requestBody);
    return this.#declared.map(({ name, pointer, values }) => {
      const found = body.ok ? extractValue(body.value, pointer) : undefined;
      const value = typeof found === 'string' ? found : JSON.stringify(found);
      return { field: name, value: value !== undefined && values.has(value) ? value : pooledValue };
    });
  }
}

/** Every segment that can occur, in the order of the config: windows list all of them, empty or not. */
export function allSegments(
  segments: readonly SegmentConfig[],
): readonly (Segment & { readonly margin: number })[] {
  return segments.flatMap(({ name, values, margin }) =>
    [...values, pooledValue].map((value) => ({ field: name, value, margin })),
  );
}
