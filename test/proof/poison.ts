import type { Random } from './random.ts';

/** Schema ids that the registry gave out in this run are lower. */
const unknownSchemaId = 999_999_937;

/** A value that nobody can read: no magic byte, too short, of an unknown schema, or no Avro at all. */
export function poison(random: Random): Buffer {
  const noise = Buffer.from(random.id());
  return random.pick([
    Buffer.concat([Buffer.from([7, 0, 0, 0, 1]), noise]),
    Buffer.from([0, 0, 0]),
    framed(unknownSchemaId, noise),
    Buffer.from('plain text'),
  ]);
}

function framed(schemaId: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(schemaId, 1);
  return Buffer.concat([header, payload]);
}
