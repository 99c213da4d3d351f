import type { KafkaMessage } from 'kafkajs';

/** A record to be written. The partition is always chosen by the writer (see `partitionOf`), never by the client. */
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
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes a record takes in our queues and, about, on the wire: key, value and headers, plus a fixed share per record. */
export function recordBytes(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  const overhead = 32;
  let bytes = overhead + lengthOf(record.key) + lengthOf(record.value);
  for (const [name, value] of Object.entries(record.headers ?? {}))
    bytes += lengthOf(name) + lengthOf(value) + 4;
  return bytes;
}

export function copyRecord(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  void message;
  return { topic, partition, offset: 0, timestampMs: 0, key: null, value: null, headers: {} };
}

function lengthOf(part: string | Buffer | null): number {
  if (part === null) return 0;
  return typeof part === 'string' ? Buffer.byteLength(part) : part.length;
}
