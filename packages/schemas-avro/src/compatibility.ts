import type avro from 'avsc';

/**
 * Why values written with `writer` can't be read as `reader`, one sentence per field, empty if they can.
 * The registry enforces the same rule (BACKWARD_TRANSITIVE) but doesn't always say which field broke it.
 */
export function explainIncompatibility(
  reader: avro.Type,
  writer: avro.Type,
  path: string = reader.name ?? '',
): string[] {
  if (canRead(reader, writer)) return [];
  if (isRecord(reader) && isRecord(writer)) {
    const problems = reader.fields.flatMap((field) => {
      const written = writer.fields.find((candidate) => candidate.name === field.name);
      const fieldPath = `${path}.${field.name}`;
      if (written !== undefined) return explainIncompatibility(field.type, written.type, fieldPath);
      if (field.defaultValue() !== undefined) return [];
      return [`field ${fieldPath} is new and has no default: give it one`];
    });
    if (problems.length > 0) return problems;
  }
  if (isArray(reader) && isArray(writer)) {
    return explainIncompatibility(reader.itemsType, writer.itemsType, `${path}[]`);
  }
  if (isMap(reader) && isMap(writer)) {
    return explainIncompatibility(reader.valuesType, writer.valuesType, `${path}{}`);
  }
  const inner = pairRecords(reader, writer);
  if (inner !== null) return explainIncompatibility(inner.reader, inner.writer, path);
  return [
    `field ${path} was ${short(writer)} and can't be read as ${short(reader)}: keep the old type, or add a new field`,
  ];
}

function canRead(reader: avro.Type, writer: avro.Type): boolean {
  try {
    reader.createResolver(writer);
    return true;
  } catch {
    return false;
  }
}

/** Of two optional records, the records; null where that isn't what the two types are. */
function pairRecords(reader: avro.Type, writer: avro.Type): { reader: avro.Type; writer: avro.Type } | null {
  if (!isUnion(reader) || !isUnion(writer)) return null;
  const readerRecord = reader.types.find(isRecord);
  const writerRecord = writer.types.find(isRecord);
  if (readerRecord === undefined || writerRecord === undefined) return null;
  return canRead(readerRecord, writerRecord) ? null : { reader: readerRecord, writer: writerRecord };
}

function isRecord(type: avro.Type): type is avro.types.RecordType {
  return type.typeName === 'record';
}

function isArray(type: avro.Type): type is avro.types.ArrayType {
  return type.typeName === 'array';
}

function isMap(type: avro.Type): type is avro.types.MapType {
  return type.typeName === 'map';
}

function isUnion(type: avro.Type): type is avro.types.UnwrappedUnionType {
  return type.typeName.startsWith('union');
}

function short(type: avro.Type): string {
  return type.name ?? type.toString();
}
