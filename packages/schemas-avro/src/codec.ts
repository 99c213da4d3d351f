import avro from 'avsc';
import { explainIncompatibility } from './compatibility.ts';
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
import { type RecordName, loadSchema } from './schemas.ts';

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

/** Bytes to value, for what one writer's schema wrote. Throws on bytes that aren't such a value. */
export type Decode<T> = (payload: Buffer) => T;

/** One record type's Avro codec. Payloads are bare Avro: the wire format's five bytes are the registry's matter. */
export class Codec<T> {
  readonly schemaText: string;
  readonly #type: avro.Type;

  constructor(name: RecordName) {
    const schema = loadSchema(name);
    this.schemaText = JSON.stringify(schema);
    this.#type = typeOf(this.schemaText);
  }

  /** Throws if the value doesn't fit the schema, naming the path of the first field that doesn't. */
  encode(value: T): Buffer {
    try {
      return this.#type.toBuffer(value);
    } catch (error) {
      throw new TypeError(`${this.#firstMisfit(value)} (${this.#type.name ?? ''})`, { cause: error });
    }
  }

  /**
   * A decoder for what was written with `writerSchema` (JSON text), read as this type. Resolving two schemas is
   * slow: keep the decoder, one per writer schema. Throws, naming fields, if the one can't be read as the other.
   */
  decoder(writerSchema: string): Decode<T> {
    const writer = typeOf(writerSchema);
    const problems = explainIncompatibility(this.#type, writer);
    if (problems.length > 0) throw new TypeError(problems.join('; '));
    const resolver = this.#type.createResolver(writer);
    return (payload) => this.#type.fromBuffer(payload, resolver) as T;
  }

  #firstMisfit(value: T): string {
    let misfit = 'the value fits no field';
    this.#type.isValid(value, {
      errorHook: (path, found, type) => {
        misfit = `${path.join('.')}: expected ${type.toString()}, got ${String(found)}`;
      },
    });
    return misfit;
  }
}

function typeOf(schemaText: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schemaText) as avro.Schema, { wrapUnions: false });
}
