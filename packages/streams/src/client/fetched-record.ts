import { RecordBytes } from './record-bytes.ts';
import type { IncomingRecord } from './records.ts';

/** What a batch says of all its records; only what somebody reads, under kafkajs' names. */
export interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

/** What decoding a batch knows of one record. */
interface Decoded {
  readonly offset: number;
  /** ms since the epoch: the append time where the batch has it. */
  readonly timestampMs: number;
  /** The record's own bytes, and its neighbours'. */
  readonly bytes: Buffer;
  /** Where its key, its value and its headers begin in them. */
  readonly keyAt: number;
  readonly valueAt: number;
  readonly headersAt: number;
  readonly sizeBytes: number;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A record of a fetch, from its batch to its task: one object, for kafkajs too, which takes numbers for offsets. Its
 * bytes are no view of the fetch response. Key, value and headers are read when they are asked for: few tasks look at all
 * of them, and a view made for a record that waits outlives the young heap with it.
 */
export class FetchedRecord implements IncomingRecord {
  topic = '';
  partition = -1;
  readonly offset: number;
  readonly timestampMs: number;
  /** On the wire: key, value, headers and what else is written of a record. */
  readonly sizeBytes: number;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  readonly #bytes: Buffer;
  readonly #keyAt: number;
  readonly #valueAt: number;
  readonly #headersAt: number;

  constructor(decoded: Decoded) {
    this.offset = decoded.offset;
    this.timestampMs = decoded.timestampMs;
    this.sizeBytes = decoded.sizeBytes;
    this.isControlRecord = decoded.isControlRecord;
    this.batchContext = decoded.batchContext;
    this.#bytes = decoded.bytes;
    this.#keyAt = decoded.keyAt;
    this.#valueAt = decoded.valueAt;
    this.#headersAt = decoded.headersAt;
  }

  get key(): Buffer | null {
    return new RecordBytes(this.#bytes, this.#keyAt).bytes();
  }

  get value(): Buffer | null {
    return new RecordBytes(this.#bytes, this.#valueAt).bytes();
  }

  get headers(): Readonly<Record<string, string>> {
    const reader = new RecordBytes(this.#bytes, this.#headersAt);
    const count = reader.varint();
    if (count === 0) return noHeaders;
    const headers = new Map<string, string>();
    for (let n = 0; n < count; n += 1) {
      const name = reader.bytes()?.toString() ?? '';
      const value = reader.bytes();
      if (value !== null) headers.set(name, value.toString());
    }
    return Object.fromEntries(headers);
  }

  /** Tells it where it was fetched from: its batch does not say. */
  of(topic: string, partition: number): this {
    this.topic = topic;
    this.partition = partition;
    return this;
  }
}
