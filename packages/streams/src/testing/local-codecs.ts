import { Codec, type Decode, type RecordName, recordNames, type Records } from '@understudy/schemas-avro';
import { StreamsError } from '../client/errors.ts';
import { readJson } from '../registry/read-json.ts';
import type { RecordCodecs } from '../registry/record-codecs.ts';
import { isJson } from '../registry/wire-format.ts';

/** Codecs without a registry: bare Avro of this version's schemas, or JSON. No bare Avro of ours begins as JSON does. */
export function localCodecs(): RecordCodecs {
  const codecs = new Map(recordNames.map((name) => [name, localCodec(name)]));

  function codecOf(name: RecordName): LocalCodec {
    const codec = codecs.get(name);
    if (codec === undefined) throw new Error(`no schema ${name}`);
    return codec;
  }

  function decoded<T>(name: RecordName, value: Buffer, decode: Decode<T>): T {
    if (isJson(value)) return readJson(name, codecOf(name).codec, value) as T;
    try {
      return decode(value);
    } catch (error) {
      throw new StreamsError('unreadable', `not a ${name}: ${String(error)}`, { cause: error });
    }
  }

  return {
    encoder: (name) => (value) => codecOf(name).codec.encode(value),
    decode: <K extends keyof Records>(name: K, value: Buffer) =>
      decoded(name, value, codecOf(name).decode) as Records[K],
    partDecoder: (name, part) => {
      const codec = new Codec<Records[typeof name]>(name);
      const decode = codec.decoder(codec.schemaText, part);
      return (value) => decoded(name, value, decode);
    },
  };
}

interface LocalCodec {
  readonly codec: Codec<unknown>;
  readonly decode: Decode<unknown>;
}

function localCodec(name: RecordName): LocalCodec {
  const codec = new Codec<unknown>(name);
  return { codec, decode: codec.decoder(codec.schemaText) };
}
