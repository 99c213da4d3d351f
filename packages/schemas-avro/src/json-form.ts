import { nearest } from '@understudy/domain';
import { bytesForm } from './json-bytes.ts';
import { type Form, kindOf, Problems } from './json-problems.ts';
import type { AvroSchema, FieldSchema, RecordSchema } from './schema-model.ts';

/**
 * Reads a record's JSON form: what people write who plug in without a library for Avro. The schema says what has to
 * be there:
 *
 * - a field with a default may be left out, and `bodySize` too: it is then the length of the `body` beside it
 * - an optional value is the value or `null`
 * - bytes are text, or `{ "base64": "…" }`
 * - a field that the schema doesn't have is an error, for it may be a misspelt optional one
 *
 * @throws TypeError that names every problem by its JSON path, `$` being the record
 */
export function jsonReader(schema: RecordSchema): (json: Buffer) => unknown {
  const form = recordForm(schema, new Map());
  return (json) => {
    const problems = new Problems();
    const value = form.read(parse(json), '$', problems);
    problems.throwIfAny();
    return value;
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(json: Buffer): unknown {
  const text = utf8.decode(json);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what stands around the fault: it may be a user's, and this goes into logs.
    throw new TypeError('it begins with { and is not valid JSON');
  }
}

/** Types that were defined so far, by name: a schema uses one again by its name alone. */
type Named = Map<string, Form>;

function formOf(schema: AvroSchema, named: Named): Form {
  if (typeof schema === 'string') return primitives[schema] ?? defined(schema, named);
  if (isUnion(schema)) return optionalForm(schema, named);
  switch (schema.type) {
    case 'record':
      return recordForm(schema, named);
    case 'enum':
      return define(schema.name, enumForm(schema.symbols), named);
    case 'array':
      return arrayForm(formOf(schema.items, named));
    case 'map':
      return mapForm(formOf(schema.values, named));
  }
}

function define(name: string, form: Form, named: Named): Form {
  named.set(name, form);
  return form;
}

function defined(name: string, named: Named): Form {
  const form = named.get(name);
  if (form === undefined) throw new Error(`the schema uses ${name} before it defines it`);
  return form;
}

function recordForm({ name, fields }: RecordSchema, named: Named): Form {
  const known = fields.map((field) => field.name);
  const forms = fields.map((field) => ({ field, form: formOf(field.type, named) }));
  const expects = `an object (${name})`;
  return define(name, { expects, read: readRecord }, named);

  function readRecord(found: unknown, path: string, problems: Problems): unknown {
    if (!isObject(found)) return problems.unexpected(path, expects, found);
    for (const unknown of Object.keys(found).filter((field) => !known.includes(field))) {
      const near = nearest(unknown, known);
      const hint = near === null ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
      problems.add(`${path}.${unknown}`, `no such field; ${hint}`);
    }
    const value: Record<string, unknown> = {};
    for (const { field, form } of forms) {
      const given = Object.hasOwn(found, field.name) ? found[field.name] : defaultOf(field, value);
      const fieldPath = `${path}.${field.name}`;
      if (given === undefined) problems.add(fieldPath, `missing; expected ${form.expects}`);
      else value[field.name] = form.read(given, fieldPath, problems);
    }
    return value;
  }
}

/** @param before the fields of the same record that stand before it */
function defaultOf(field: FieldSchema, before: Readonly<Record<string, unknown>>): unknown {
  if (field.name === 'bodySize' && Buffer.isBuffer(before['body'])) return before['body'].length;
  return field.default;
}

/** Of all unions the schemas use optional values only: what a plain value belongs to is then never in question. */
function optionalForm(schema: readonly AvroSchema[], named: Named): Form {
  const [nothing, some, ...others] = schema;
  if (nothing !== 'null' || some === undefined || others.length > 0) {
    throw new Error(`a union of ${JSON.stringify(schema)} has no JSON form: use ["null", …]`);
  }
  const form = formOf(some, named);
  return {
    expects: `${form.expects}, or null`,
    read: (found, path, problems) => (found === null ? null : form.read(found, path, problems)),
  };
}

function enumForm(symbols: readonly string[]): Form {
  const expects = `one of ${symbols.join(', ')}`;
  return {
    expects,
    read(found, path, problems) {
      if (typeof found !== 'string') return problems.unexpected(path, expects, found);
      if (symbols.includes(found)) return found;
      const near = nearest(found, symbols);
      return problems.add(path, near === null ? `expected ${expects}` : `did you mean "${near}"?`);
    },
  };
}

function arrayForm(items: Form): Form {
  const expects = 'a list';
  return {
    expects,
    read: (found, path, problems) =>
      Array.isArray(found)
        ? found.map((item: unknown, index) => items.read(item, `${path}[${index}]`, problems))
        : problems.unexpected(path, expects, found),
  };
}

function mapForm(values: Form): Form {
  const expects = 'an object';
  return {
    expects,
    read(found, path, problems) {
      if (!isObject(found)) return problems.unexpected(path, expects, found);
      const entries = Object.entries(found).map(([key, value]) => [
        key,
        values.read(value, `${path}[${JSON.stringify(key)}]`, problems),
      ]);
      return Object.fromEntries(entries) as unknown;
    },
  };
}

/** A value that is in JSON what it is in the record. */
function plainForm(expects: string, fits: (found: unknown) => boolean): Form {
  return {
    expects,
    read: (found, path, problems) => (fits(found) ? found : problems.unexpected(path, expects, found)),
  };
}

const number = plainForm('a number', Number.isFinite);

const primitives: Readonly<Record<string, Form>> = {
  boolean: plainForm('true or false', (found) => typeof found === 'boolean'),
  int: plainForm('a whole number of 32 bits', (found) => typeof found === 'number' && (found | 0) === found),
  long: plainForm('a whole number between -2^53 + 1 and 2^53 - 1, neither included', isLong),
  float: number,
  double: number,
  // A lone surrogate is no text: Kafka's consumers could not read it as UTF-8.
  string: plainForm('text', (found) => typeof found === 'string' && found.isWellFormed()),
  bytes: bytesForm,
};

/** Exactly those that our Avro codec writes: what is read here goes on into Avro records. */
function isLong(found: unknown): boolean {
  return Number.isInteger(found) && Math.abs(Number(found)) < Number.MAX_SAFE_INTEGER;
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

function isObject(found: unknown): found is Readonly<Record<string, unknown>> {
  return kindOf(found) === 'an object';
}
