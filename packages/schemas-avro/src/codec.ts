import avro from 'avsc';
import { explainIncompatibility } from './compatibility.ts';
import { BytesView } from './bytes-view.ts';
import { jsonReplacer } from './json-bytes.ts';
import { jsonReader } from './json-form.ts';
import type {
  Alert,
  Comparison,
  Divergence,
  Experiment,
  Label,
  ProductionResponse,
  Request,
  Review,
  Run,
  ShadowResponse,
  Verdict,
  WindowPart,
} from './types.generated.ts';
import type { RecordSchema } from './schema-model.ts';
import { type RecordName, loadSchema } from './schemas.ts';
import { someEntries } from './some-entries.ts';

/** The TypeScript type of each record's value. */
export interface Records {
  readonly request: Request;
  readonly 'production-response': ProductionResponse;
  readonly 'shadow-response': ShadowResponse;
  readonly comparison: Comparison;
  readonly 'window-part': WindowPart;
  readonly divergence: Divergence;
  readonly verdict: Verdict;
  readonly alert: Alert;
  readonly label: Label;
  readonly review: Review;
  readonly experiment: Experiment;
  readonly run: Run;
}

/**
 * Bytes, from `start` (default 0) to their end, to value, for what one writer's schema wrote. Fields of bytes are views of
 * them. Throws on bytes that aren't such a value.
 */
export type Decode<T> = (bytes: Buffer, start?: number) => T;

/** What is read of a record; the rest is passed over, and costs next to nothing. */
export interface RecordPart<F extends string> {
  readonly fields: readonly F[];
  /** Of every map of texts in these fields, as headers are one: the entries that are read. */
  readonly entries: readonly string[];
}

/** What most values fit into, so that they are written once: the library's own holds 1 KB, packed pairs take 60. */
const scratch = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * One record type's codec, for its two forms: Avro, and JSON for people who write or read by hand. Avro payloads are
 * bare: the wire format's five bytes are the registry's matter.
 */
export class Codec<T> {
  readonly schemaText: string;
  readonly #type: avro.Type;
  readonly #readJson: (json: Buffer) => unknown;

  constructor(name: RecordName) {
    const schema = loadSchema(name);
    this.schemaText = JSON.stringify(schema);
    this.#type = typeOf(this.schemaText);
    this.#readJson = jsonReader(schema);
  }

  /** Throws if the value doesn't fit the schema, naming the path of the first field that doesn't. */
  encode(value: T): Buffer {
    const end = this.#encodeInto(scratch, value);
    if (end >= 0) return Buffer.from(scratch.subarray(0, end));
    const bytes = Buffer.allocUnsafe(scratch.length - end);
    this.#encodeInto(bytes, value);
    return bytes;
  }

  /** One line of JSON that `fromJson` reads as the same value. Throws as `encode` does, and for NaN and infinities. */
  toJson(value: T): Buffer {
    const misfit = this.#misfit(value);
    if (misfit !== null) throw new TypeError(misfit);
    return Buffer.from(JSON.stringify(value, jsonReplacer));
  }

  /** The value of a JSON document (UTF-8). Throws, naming each problem by its JSON path, if it isn't one of the record. */
  fromJson(json: Buffer): T {
    return this.#readJson(json) as T;
  }

  /**
   * A decoder for what was written with `writerSchema` (JSON text), read as this type, or as a part of it: default all.
   * Resolving two schemas is slow: keep the decoder, one per writer schema. Throws, naming fields, if the one can't be
   * read as the other.
   */
  decoder(writerSchema: string): Decode<T>;
  decoder<F extends keyof T & string>(writerSchema: string, part: RecordPart<F>): Decode<Pick<T, F>>;
  decoder(writerSchema: string, part?: RecordPart<string>): Decode<unknown> {
    const writer = typeOf(writerSchema);
    const problems = explainIncompatibility(this.#type, writer);
    if (problems.length > 0) throw new TypeError(problems.join('; '));
    const reader = part === undefined ? this.#type : partOf(this.schemaText, part);
    const resolver = reader.createResolver(writer);
    return (bytes, start = 0) => {
      const { value, offset } = reader.decode(bytes, start, resolver);
      if (offset !== bytes.length) throw new RangeError(offset < 0 ? 'truncated' : 'bytes are left over');
      return value as unknown;
    };
  }

  /** Where the value ends; where it has no room, minus how many bytes are lacking. */
  #encodeInto(bytes: Buffer, value: T): number {
    try {
      return this.#type.encode(value, bytes, 0);
    } catch (error) {
      throw new TypeError(this.#misfit(value) ?? 'the value fits no field', { cause: error });
    }
  }

  /** The first field that doesn't fit; null where every one does. */
  #misfit(value: T): string | null {
    let misfit: string | null = null;
    this.#type.isValid(value, {
      errorHook: (path, found, type) => {
        misfit ??= `${path.join('.')}: expected ${type.toString()}, got ${String(found)} (${this.#type.name ?? ''})`;
      },
    });
    return misfit;
  }
}

function typeOf(schemaText: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schemaText) as avro.Schema, {
    wrapUnions: false,
    typeHook: (schema) => (schema === 'bytes' ? new BytesView() : undefined),
  });
}

function partOf(schemaText: string, { fields, entries }: RecordPart<string>): avro.Type {
  const whole = JSON.parse(schemaText) as RecordSchema;
  const part = { ...whole, fields: whole.fields.filter(({ name }) => fields.includes(name)) };
  return avro.Type.forSchema(part as avro.Schema, {
    wrapUnions: false,
    typeHook: (schema) => {
      if (schema === 'bytes') return new BytesView();
      return isMapOfTexts(schema) ? someEntries(entries) : undefined;
    },
  });
}

function isMapOfTexts(schema: avro.Schema): boolean {
  return typeof schema === 'object' && 'values' in schema && schema.values === 'string';
}
