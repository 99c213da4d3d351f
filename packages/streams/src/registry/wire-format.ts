import { StreamsError } from '../client/errors.ts';

/** Confluent's wire format: a zero, the id of the writer's schema as four bytes, then bare Avro. */
export const wireHeaderBytes = 5;

const magicByte = 0;
const openingBrace = 0x7b;

/** Whether a value was written as JSON: no value in the wire format begins so. */
export function isJson(value: Buffer): boolean {
  return value[0] === openingBrace;
}

export function frame(schemaId: number, payload: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(wireHeaderBytes + payload.length);
  framed[0] = magicByte;
  framed.writeInt32BE(schemaId, 1);
  payload.copy(framed, wireHeaderBytes);
  return framed;
}

/** The id of the schema a value was written with. Throws StreamsError `unreadable` if it has no such header. */
export function schemaIdOf(value: Buffer): number {
  if (value.length < wireHeaderBytes) {
    throw new StreamsError(
      'unreadable',
      `a value of ${value.length} bytes is too short: the header alone takes ${wireHeaderBytes}`,
    );
  }
  if (value[0] !== magicByte) {
    throw new StreamsError(
      'unreadable',
      `the first byte is ${value[0]}: neither ${magicByte}, as written through a schema registry, nor {, as JSON`,
    );
  }
  return value.readInt32BE(1);
}
