import { setTimeout as delay } from 'node:timers/promises';
import { Codec, type Decode, type RecordName, type RecordPart, type Records } from '@understudy/schemas-avro';
import type { Logger } from '@understudy/telemetry';
import { StreamsError } from '../client/errors.ts';
import { BoundedMap } from './bounded-map.ts';
import { probeRegistry, type RegistryAddress } from './registry-address.ts';
import { RegistryClient, SchemaRefused } from './registry-client.ts';
import type { PartDecoder } from './record-codecs.ts';
import { readJson } from './read-json.ts';
import { frame, isJson, schemaIdOf, wireHeaderBytes } from './wire-format.ts';

export interface RecordRegistryOptions extends RegistryAddress {
  /** How long a registry that is away is waited for at start. Default 60,000. */
  readonly waitMs?: number;
  /** Called before every further attempt. */
  readonly onWaiting?: (waiting: { readonly waitedMs: number; readonly error: StreamsError }) => void;
  /** Records that are written as JSON instead of Avro; both are read, always. Default none. */
  readonly writtenAsJson?: readonly RecordName[];
  readonly logger?: Logger;
}

const defaultWaitMs = 60_000;
const retryEveryMs = 500;
const registerAttempts = 5;
/** Another writer's schema may be registered a moment after a reader first asks for it. */
const missHoldsMs = 30_000;
const maxMisses = 1_000;
const maxDecoders = 1_000;
const maxVersionsRead = 200;

/** What is read of one record, the whole or a part, and its decoders by writer's schema id. */
interface Reading<T> {
  readonly name: RecordName;
  readonly decoders: BoundedMap<number, Decode<T>>;
  readonly newDecoder: (schemaText: string) => Decode<T>;
}

/**
 * Records to bytes and back, through the schema registry.
 *
 *     const registry = await RecordRegistry.open({ url });
 *     await registry.register('request', 'understudy.requests');
 *     const encode = registry.encoder('request', 'understudy.requests');
 *     const request = await registry.decode('request', encode(value));
 */
export class RecordRegistry {
  readonly #client: RegistryClient;
  readonly #logger: Logger | undefined;
  readonly #writtenAsJson: ReadonlySet<RecordName>;
  readonly #codecs = new Map<RecordName, Codec<Records[RecordName]>>();
  /** Ids of registered schemas by record and topic. */
  readonly #ids = new Map<string, number>();
  /** Of whole records. */
  readonly #readings = new Map<RecordName, Reading<Records[RecordName]>>();
  /** What came of ids without a schema we can use, and until when (ms since the epoch) they aren't asked for again. */
  readonly #misses = new BoundedMap<number, { readonly error: StreamsError; readonly untilMs: number }>(
    maxMisses,
  );
  readonly #lookups = new Map<number, Promise<string>>();

  private constructor({ url, auth, logger, writtenAsJson = [] }: RecordRegistryOptions) {
    this.#client = new RegistryClient({ url, ...(auth !== undefined && { auth }) });
    this.#logger = logger;
    this.#writtenAsJson = new Set(writtenAsJson);
  }

  /** Waits for the registry. Rejects with StreamsError `registry-unavailable` when it stays away, or `not-authorized`. */
  static async open(options: RecordRegistryOptions): Promise<RecordRegistry> {
    const startedMs = performance.now();
    const waitMs = options.waitMs ?? defaultWaitMs;
    for (;;) {
      try {
        await probeRegistry(options);
        return new RecordRegistry(options);
      } catch (error) {
        const waitedMs = performance.now() - startedMs;
        if (!(error instanceof StreamsError && error.retriable) || waitedMs + retryEveryMs > waitMs)
          throw error;
        options.onWaiting?.({ waitedMs, error });
      }
      await delay(retryEveryMs);
    }
  }

  /**
   * Registers the record's schema under `<topic>-value`, compatibility BACKWARD_TRANSITIVE; the same again does
   * nothing. Rejects with StreamsError `topic-mismatch`, naming subject and field, if a registered version's values
   * could not be read with it.
   */
  async register(name: RecordName, topic: string): Promise<void> {
    const subject = `${topic}-value`;
    for (let attempt = 1; ; attempt++) {
      try {
        const id = await this.#client.register(subject, this.#codec(name).schemaText);
        this.#ids.set(`${name} ${topic}`, id);
        this.#logger?.debug({ subject, schemaId: id }, 'schema registered');
        return;
      } catch (error) {
        if (!(error instanceof SchemaRefused)) throw error;
        const obstacle = await this.#findObstacle(name, subject);
        // Refused, and nothing is in the way: two processes were making the same subject.
        if (obstacle === null && attempt < registerAttempts) continue;
        const message = `subject ${subject} refuses the schema of ${name}: ${obstacle ?? error.message}`;
        throw new StreamsError('topic-mismatch', message, { cause: error });
      }
    }
  }

  /**
   * Encodes values of a record for a topic it was registered for; throws otherwise. The function throws a TypeError
   * that names the field if a value doesn't fit.
   */
  encoder<K extends RecordName>(name: K, topic: string): (value: Records[K]) => Buffer {
    const id = this.#ids.get(`${name} ${topic}`);
    if (id === undefined) throw new Error(`${name} is not registered for ${topic}: call register() first`);
    const codec = this.#codec(name);
    if (this.#writtenAsJson.has(name)) return (value) => codec.toJson(value);
    return (value) => frame(id, codec.encode(value));
  }

  /**
   * The value of a record, in whichever form it was written: at once when it is JSON, or its writer's schema was met
   * before, else a promise. Throws, or rejects with, StreamsError `unreadable` (says why), or, only as a rejection,
   * `registry-unavailable` (retriable) or `not-authorized`.
   */
  decode<K extends RecordName>(name: K, value: Buffer): Records[K] | Promise<Records[K]> {
    const reading = this.#readings.get(name) ?? {
      name,
      decoders: new BoundedMap(maxDecoders),
      newDecoder: (schemaText) => this.#codec(name).decoder(schemaText),
    };
    this.#readings.set(name, reading);
    return this.#decode(reading, value) as Records[K] | Promise<Records[K]>;
  }

  partDecoder<K extends RecordName, F extends keyof Records[K] & string>(
    name: K,
    part: RecordPart<F>,
  ): PartDecoder<Pick<Records[K], F>> {
    const codec = new Codec<Records[K]>(name);
    const reading: Reading<Pick<Records[K], F>> = {
      name,
      decoders: new BoundedMap(maxDecoders),
      newDecoder: (schemaText) => codec.decoder(schemaText, part),
    };
    return (value) => this.#decode(reading, value);
  }

  #decode<T>(reading: Reading<T>, value: Buffer): T | Promise<T> {
    const { name, decoders } = reading;
    if (isJson(value)) return readJson(name, this.#codec(name), value) as T;
    const id = schemaIdOf(value);
    const decoder = decoders.get(id);
    return decoder === undefined ? this.#decodeFirst(reading, id, value) : read(name, id, decoder, value);
  }

  async #decodeFirst<T>(reading: Reading<T>, id: number, value: Buffer): Promise<T> {
    const schemaText = await this.#schemaText(id);
    const decoder = reading.decoders.get(id) ?? decoderOf(reading, id, schemaText);
    reading.decoders.set(id, decoder);
    return read(reading.name, id, decoder, value);
  }

  /** The schema's text, asked for once however many want it. */
  #schemaText(id: number): Promise<string> {
    const miss = this.#misses.get(id);
    if (miss !== undefined && Date.now() < miss.untilMs) return Promise.reject(miss.error);
    const underWay = this.#lookups.get(id);
    if (underWay !== undefined) return underWay;
    const lookup = this.#client
      .schemaText(id)
      .catch((error: unknown) => {
        if (error instanceof StreamsError && error.code === 'unreadable') {
          this.#misses.set(id, { error, untilMs: Date.now() + missHoldsMs });
        }
        throw error;
      })
      .finally(() => this.#lookups.delete(id));
    this.#lookups.set(id, lookup);
    return lookup;
  }

  /** The field that stands in the way, by the newest version that can't be read; null if none is found. */
  async #findObstacle(name: RecordName, subject: string): Promise<string | null> {
    let obstacle: string | null = null;
    for (let version = 1; version <= maxVersionsRead; version++) {
      const id = await this.#client.versionId(subject, version);
      if (id === null) break;
      const schemaText = await this.#client.schemaText(id);
      try {
        this.#codec(name).decoder(schemaText);
      } catch (error) {
        obstacle = `${messageOf(error)} (version ${version})`;
      }
    }
    return obstacle;
  }

  #codec<K extends RecordName>(name: K): Codec<Records[RecordName]> {
    const codec = this.#codecs.get(name) ?? new Codec<Records[RecordName]>(name);
    this.#codecs.set(name, codec);
    return codec;
  }
}

/** A schema that can't be read as the record has a decoder that throws. */
function decoderOf<T>({ name, newDecoder }: Reading<T>, id: number, schemaText: string): Decode<T> {
  try {
    return newDecoder(schemaText);
  } catch (error) {
    const message = `${name}: what was written with schema ${id} can't be read as one: ${messageOf(error)}`;
    return () => {
      throw new StreamsError('unreadable', message, { cause: error });
    };
  }
}

function read<T>(name: RecordName, id: number, decode: Decode<T>, value: Buffer): T {
  try {
    return decode(value, wireHeaderBytes);
  } catch (error) {
    if (error instanceof StreamsError) throw error;
    throw new StreamsError('unreadable', `${name}: the bytes don't fit schema ${id}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
