import type { Codec } from '@understudy/schemas-avro';

/** Where what was published and what was computed again are not the same. */
export interface Difference {
  /** `window.ledger.compared`, `receipt.offsets[2].last`, `pairs[loan-17]`. */
  readonly field: string;
  /** As JSON, cut short; null: it isn't there. */
  readonly published: string | null;
  readonly computed: string | null;
}

/** Fields, and pairs, that a report holds. */
export const maxTold = 20;
/** What one side lacks altogether. */
const absent = Symbol('absent');
const maxShown = 200;

/** Every field in which two values differ, in the order of the fields. Bytes are told by their number: they are users' data. */
export function differencesOf(field: string, published: unknown, computed: unknown): readonly Difference[] {
  if (Buffer.isBuffer(published) && Buffer.isBuffer(computed) && published.equals(computed)) return [];
  if (!isNested(published) || !isNested(computed)) {
    return Object.is(published, computed)
      ? []
      : [{ field, published: shown(published), computed: shown(computed) }];
  }
  const keys = new Set([...Object.keys(published), ...Object.keys(computed)]);
  return [...keys].flatMap((key) =>
    differencesOf(nested(field, key, published), at(published, key), at(computed, key)),
  );
}

/** Records as they would be written. */
export function bytesOf<T>(codec: Pick<Codec<T>, 'encode'>, records: readonly T[]): Buffer {
  return Buffer.concat(records.map((record) => codec.encode(record)));
}

/** Fields may be the same and their order, or how pairs are packed, may not. */
export function bytesDifference(field: string, published: Buffer, computed: Buffer): readonly Difference[] {
  if (published.equals(computed)) return [];
  const [before, now] = [published, computed].map(({ length }) => `${length} bytes in another order`);
  return [{ field, published: before ?? null, computed: now ?? null }];
}

export function or(
  differences: readonly Difference[],
  otherwise: readonly Difference[],
): readonly Difference[] {
  return differences.length > 0 ? differences : otherwise;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value);
}

function nested(field: string, key: string, within: object): string {
  if (Array.isArray(within)) return `${field}[${key}]`;
  return field === '' ? key : `${field}.${key}`;
}

function at(value: object, key: string): unknown {
  return key in value ? (value as Readonly<Record<string, unknown>>)[key] : absent;
}

function shown(value: unknown): string | null {
  if (value === absent) return null;
  if (Buffer.isBuffer(value)) return `${value.length} bytes`;
  const text = JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
