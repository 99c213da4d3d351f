import { Codec, type RecordName } from '@understudy/schemas-avro';
import type { RecordCodecs } from '@understudy/streams';

/**
 * Reads what services wrote, and encodes with this version's schemas alone: what is computed again is compared and never
 * sent, so nothing is registered. A value that was decoded and encoded again has the bytes of one that was computed, by
 * whatever schema, or as JSON, it was written.
 */
export function comparingCodecs(written: Pick<RecordCodecs, 'decode' | 'partDecoder'>): RecordCodecs {
  const codecs = new Map<RecordName, Codec<unknown>>();
  return {
    encoder: (name) => {
      const codec = codecs.get(name) ?? new Codec<unknown>(name);
      codecs.set(name, codec);
      return (value) => codec.encode(value);
    },
    decode: (name, value) => written.decode(name, value),
    partDecoder: (name, part) => written.partDecoder(name, part),
  };
}

/** Reads what {@link comparingCodecs} has encoded. */
export function ownDecoder<T>(name: RecordName): (value: Buffer) => T {
  const codec = new Codec<T>(name);
  return codec.decoder(codec.schemaText);
}
