/**
 * The records of every topic: their types, generated from `schemas/`, and their codecs, Avro and JSON.
 *
 *     const codec = new Codec<Request>('request');
 *     const decode = codec.decoder(writerSchema); // keep one per writer schema
 *     decode(codec.encode(request)).exchangeId;
 *     codec.fromJson(Buffer.from('{"exchangeId": "loan-1", …}')).exchangeId;
 */
export { liveRun } from './live-run.ts';
export { Codec, type Decode, type RecordPart, type Records } from './codec.ts';
export { type RecordName, recordNames } from './schemas.ts';
export type * from './types.generated.ts';
