import type { ProductionResponse, Request, ShadowResponse } from '@understudy/schemas-avro';
import {
  deadLetter,
  type IncomingRecord,
  type OutgoingRecord,
  type PartDecoder,
  type RecordCodecs,
  StreamsError,
} from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';

/** What was read, or null; a promise only where a schema has to be fetched first, for one each would be felt. */
export type Read<T> = T | null | Promise<T | null>;

/** What judging needs of each record, in the order of the schema; the rest is not decoded. */
const fields = {
  request: ['exchangeId', 'requestId', 'experiment', 'body', 'production'],
  productionResponse: ['exchangeId', 'experiment', 'result'],
  shadowResponse: ['kind', 'requestOffset', 'requestTime', 'status', 'reason', 'latencyMs', 'answer'],
} as const;
/** Of an answer's headers. */
const entries = ['content-encoding'];

export type ReadRequest = Pick<Request, (typeof fields.request)[number]>;
export type ReadProductionResponse = Pick<ProductionResponse, (typeof fields.productionResponse)[number]>;
export type ReadShadowResponse = Pick<ShadowResponse, (typeof fields.shadowResponse)[number]>;

/** What a join reads, by the name of its records. */
interface ReadRecords {
  readonly request: ReadRequest;
  readonly 'production-response': ReadProductionResponse;
  readonly 'shadow-response': ReadShadowResponse;
}

/** Shared by the tasks of a lane: how a record is decoded is found out once for each schema that it was written with. */
export type InputDecoders = { readonly [K in keyof ReadRecords]: PartDecoder<ReadRecords[K]> };

export function inputDecoders(codecs: RecordCodecs): InputDecoders {
  return {
    request: codecs.partDecoder('request', { fields: fields.request, entries }),
    'production-response': codecs.partDecoder('production-response', {
      fields: fields.productionResponse,
      entries,
    }),
    'shadow-response': codecs.partDecoder('shadow-response', { fields: fields.shadowResponse, entries }),
  };
}

/**
 * Reads the records of a join's inputs. A registry that is away is thrown: then the task waits. What can't be read is
 * null, and where nobody else does it, becomes a dead letter, once for its position.
 */
export class RecordReader {
  readonly #lane: ComparatorLane;
  readonly #buried: ReadonlyMap<string, number>;
  #deadLetters: OutgoingRecord[] = [];

  /** @param buried - next offset, by topic, of which nothing was put among the dead letters before */
  constructor(lane: ComparatorLane, buried: ReadonlyMap<string, number>) {
    this.#lane = lane;
    this.#buried = buried;
  }

  /** Null for a record that can't be read; another service has buried it. */
  read<K extends keyof ReadRecords>(name: K, record: IncomingRecord): Read<ReadRecords[K]> {
    return this.#decode(name, record, 'pass');
  }

  /** As `read`, and what can't be read goes to the dead letters. */
  readOrBury<K extends keyof ReadRecords>(name: K, record: IncomingRecord): Read<ReadRecords[K]> {
    return this.#decode(name, record, 'bury');
  }

  /** Takes the dead letters since the last call. */
  takeDeadLetters(): readonly OutgoingRecord[] {
    const taken = this.#deadLetters;
    this.#deadLetters = [];
    return taken;
  }

  #decode<K extends keyof ReadRecords>(
    name: K,
    record: IncomingRecord,
    unreadable: 'pass' | 'bury',
  ): Read<ReadRecords[K]> {
    const { value } = record;
    if (value === null) return null;
    try {
      const read = this.#lane.decoders[name](value);
      return read instanceof Promise
        ? read.catch((error: unknown) => this.#unreadable(error, record, unreadable))
        : read;
    } catch (error) {
      return this.#unreadable(error, record, unreadable);
    }
  }

  #unreadable(error: unknown, record: IncomingRecord, unreadable: 'pass' | 'bury'): null {
    if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
    if (unreadable === 'pass' || record.offset < (this.#buried.get(record.topic) ?? 0)) return null;
    const { topics, ready } = this.#lane;
    this.#deadLetters.push(
      deadLetter({ topic: topics.deadLetters, lane: ready.lane, stage: 'comparator', record, error }),
    );
    return null;
  }
}
