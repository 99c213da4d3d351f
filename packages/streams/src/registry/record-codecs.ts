import type { Records } from '@understudy/schemas-avro';

/** Records to bytes and back, wherever the schemas come from. `RecordRegistry` is the one that services use. */
export interface RecordCodecs {
  encoder<K extends keyof Records>(name: K, topic: string): (value: Records[K]) => Buffer;
  /** A promise where a schema has to be fetched first. Throws or rejects with StreamsError `unreadable`. */
  decode<K extends keyof Records>(name: K, value: Buffer): Records[K] | Promise<Records[K]>;
}
