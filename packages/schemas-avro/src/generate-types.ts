import type { AvroSchema, EnumSchema, RecordSchema } from './schema-model.ts';

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
};

/**
 * TypeScript for a set of schemas: one interface per record, one union per enum, sorted as they are met.
 * Two schemas may define a type of the same name if the definitions are the same; otherwise this throws.
 */
export function generateTypes(schemas: readonly RecordSchema[]): string {
  const declarations = new Map<string, string>();

  function declare(name: string, text: string): string {
    const known = declarations.get(name);
    if (known !== undefined && known !== text) throw new Error(`${name} is defined twice, differently`);
    declarations.set(name, text);
    return name;
  }

  function enumType(schema: EnumSchema): string {
    return declare(
      schema.name,
      `export type ${schema.name} = ${schema.symbols.map((s) => `'${s}'`).join(' | ')};`,
    );
  }

  function recordType(schema: RecordSchema): string {
    const lines = schema.fields.flatMap((field) => [
      ...(field.doc === undefined ? [] : [`  /** ${field.doc} */`]),
      `  readonly ${field.name}: ${typeOf(field.type)};`,
    ]);
    const doc = schema.doc === undefined ? [] : [`/** ${schema.doc} */`];
    return declare(schema.name, [...doc, `export interface ${schema.name} {`, ...lines, '}'].join('\n'));
  }

  function typeOf(schema: AvroSchema): string {
    if (typeof schema === 'string') return primitives[schema] ?? schema;
    if (isUnion(schema)) return schema.map(typeOf).toReversed().join(' | ');
    switch (schema.type) {
      case 'record':
        return recordType(schema);
      case 'enum':
        return enumType(schema);
      case 'array':
        return `readonly ${elementOf(typeOf(schema.items))}[]`;
      case 'map':
        return `Readonly<Record<string, ${typeOf(schema.values)}>>`;
    }
  }

  for (const schema of schemas) recordType(schema);
  return [
    '// Generated from schemas/ by packages/schemas-avro/src/generate.ts. Do not edit.',
    '',
    [...declarations.values()].join('\n\n'),
    '',
  ].join('\n');
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

function elementOf(type: string): string {
  return type.includes(' ') ? `(${type})` : type;
}
