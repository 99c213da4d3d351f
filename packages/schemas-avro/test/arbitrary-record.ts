import fc from 'fast-check';
import type { AvroSchema, RecordSchema } from '../src/schema-model.ts';

/** Any value that fits a schema of `schemas/`. */
export function arbitraryRecord(schema: RecordSchema): fc.Arbitrary<unknown> {
  return arbitraryOf(schema, new Map());
}

// Every character, NUL and the rarest planes among them; no lone surrogates, which are no text.
const text = fc.string({ unit: 'binary' });
// JSON.stringify writes -0 as 0; a finite double is otherwise written with all its digits.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const bytes = fc.oneof(
  fc.uint8Array().map((value) => Buffer.from(value)),
  text.map((value) => Buffer.from(value)),
);

const primitives: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.integer({ min: Number.MIN_SAFE_INTEGER + 1, max: Number.MAX_SAFE_INTEGER - 1 }),
  float: number,
  double: number,
  string: text,
  bytes,
};

type Named = Map<string, fc.Arbitrary<unknown>>;

function arbitraryOf(schema: AvroSchema, named: Named): fc.Arbitrary<unknown> {
  if (typeof schema === 'string') return primitives[schema] ?? named.get(schema) ?? fc.constant(undefined);
  if (isUnion(schema)) return fc.oneof(...schema.map((branch) => arbitraryOf(branch, named)));
  switch (schema.type) {
    case 'record': {
      const fields = schema.fields.map(({ name, type }) => [name, arbitraryOf(type, named)] as const);
      return define(schema.name, fc.record(Object.fromEntries(fields), { noNullPrototype: true }), named);
    }
    case 'enum':
      return define(schema.name, fc.constantFrom(...schema.symbols), named);
    case 'array':
      return fc.array(arbitraryOf(schema.items, named), { maxLength: 3 });
    case 'map':
      return fc.dictionary(text, arbitraryOf(schema.values, named), { maxKeys: 3, noNullPrototype: true });
  }
}

function define(name: string, arbitrary: fc.Arbitrary<unknown>, named: Named): fc.Arbitrary<unknown> {
  named.set(name, arbitrary);
  return arbitrary;
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
