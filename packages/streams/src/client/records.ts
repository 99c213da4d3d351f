import type { KafkaMessage, Message } from 'kafkajs';

/** A record to be written. Its writer always chooses the partition (see `partitionOf`), never the client. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as it was read. `timestampMs` is the append time where the topic has LogAppendTime. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As UTF-8 text. Of a name that is repeated, the last one, as Java's `lastHeader`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How much one send may hold. */
export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

const recordOverheadBytes = 32;

/** Bytes a record takes in our queues and, about, on the wire: key, value, headers, and 32 for the rest. */
export function recordBytes(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = recordOverheadBytes + lengthOf(record.key) + lengthOf(record.value);
  for (const [name, value] of Object.entries(record.headers ?? {}))
    bytes += lengthOf(name) + lengthOf(value) + 4;
  return bytes;
}

/**
 * Cuts records into runs within the limits, in their order; a record over the limit of bytes is a run of
 * its own.
 */
export function* cutIntoBatches(
  records: readonly OutgoingRecord[],
  limits: BatchLimits,
): Generator<OutgoingRecord[]> {
  let batch: OutgoingRecord[] = [];
  let batchBytes = 0;
  for (const record of records) {
    const bytes = recordBytes(record);
    if (batch.length > 0 && (batch.length >= limits.maxRecords || batchBytes + bytes > limits.maxBytes)) {
      yield batch;
      batch = [];
      batchBytes = 0;
    }
    batch.push(record);
    batchBytes += bytes;
  }
  if (batch.length > 0) yield batch;
}

/** The record as kafkajs takes it. */
export function toMessage(record: OutgoingRecord): Message {
  const { partition, key, value, headers } = record;
  return { partition, key, value, ...(headers === undefined ? {} : { headers: { ...headers } }) };
}

/** A fetched record as ours. Its bytes are its own already: see `decodeRecords`. */
export function toIncoming(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: textHeaders(message.headers),
  };
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

function textHeaders(headers: KafkaMessage['headers']): Readonly<Record<string, string>> {
  const named = Object.entries(headers ?? noHeaders);
  if (named.length === 0) return noHeaders;
  const text: Record<string, string> = {};
  for (const [name, value] of named) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) text[name] = last.toString();
  }
  return text;
}

function lengthOf(part: string | Buffer | null): number {
  if (part === null) return 0;
  return typeof part === 'string' ? Buffer.byteLength(part) : part.length;
}
