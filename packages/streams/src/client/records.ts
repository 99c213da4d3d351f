import type { KafkaMessage, Message } from 'kafkajs';
import { FetchedRecord } from './fetched-record.ts';

/** A record to be written. Its writer always chooses the partition (see `partitionOf`), never the client. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

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

/** A fetched record as ours. */
export function toIncoming(
  topic: string,
  partition: number,
  message: KafkaMessage | FetchedRecord,
): IncomingRecord {
  return message instanceof FetchedRecord
    ? message.of(topic, partition)
    : ofOldFormat(topic, partition, message);
}

/** Of the formats before record batches, which have no headers. Its bytes are its own: see `decodeRecordBatches`. */
function ofOldFormat(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  const { offset, timestamp, key, value } = message;
  return {
    topic,
    partition,
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key,
    value,
    headers: {},
  };
}

/** Bytes that a record read holds in our queues: its own, and 200 for the objects around them. */
export function heldBytes(record: IncomingRecord): number {
  const size = record instanceof FetchedRecord ? record.sizeBytes : recordBytes(record);
  return 200 + size;
}

function lengthOf(part: string | Buffer | null): number {
  if (part === null) return 0;
  return typeof part === 'string' ? Buffer.byteLength(part) : part.length;
}
