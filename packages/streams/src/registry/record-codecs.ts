import type { RecordPart, Records } from '@understudy/schemas-avro';

/** Records to bytes and back, wherever the schemas come from. `RecordRegistry` is the one that services use. */
export interface RecordCodecs {
  encoder<K extends keyof Records>(name: K, topic: string): (value: Records[K]) => Buffer;
  /** A promise where a schema has to be fetched first. Throws or rejects with StreamsError `unreadable`. */
  decode<K extends keyof Records>(name: K, value: Buffer): Records[K] | Promise<Records[K]>;
  /** What decodes a part of a record, as `decode` does the whole. To be made once, not for each value. */
  partDecoder<K extends keyof Records, F extends keyof Records[K] & string>(
    name: K,
    part: RecordPart<F>,
  ): PartDecoder<Pick<Records[K], F>>;
}

export type PartDecoder<T> = (value: Buffer) => T | Promise<T>;
