/** What of kafkajs' decoder the guard touches. */
interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
  readInt32(): number;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
}

type Decode<T> = (decoder: Decoder) => Promise<T>;

export interface RecordBatchDecoders {
  readonly Decoder: new (buffer: Buffer) => Decoder;
  readonly decodeBatch: Decode<{ readonly records: readonly unknown[] }>;
  /** The client's own function, for the message formats before record batches. */
  readonly decodeOldFormats: Decode<unknown[]>;
}

const sizeBytes = 4;
const batchHeaderBytes = 61;
const magicAt = 16;
const recordBatchMagic = 2;

/**
 * Decodes the record batches of one partition in a fetch response, of any number of records.
 *
 * The client appends a batch's records with `push(...records)`, so that one batch of some 120,000 small
 * records (1 MB) throws "Maximum call stack size exceeded" and stops the consumer for good.
 */
export function decodeRecordBatches(decoders: RecordBatchDecoders): Decode<unknown[]> {
  const { Decoder, decodeBatch, decodeOldFormats } = decoders;
  return async (decoder) => {
    const magic = decoder.buffer.at(decoder.offset + sizeBytes + magicAt);
    if (magic !== recordBatchMagic) return decodeOldFormats(decoder);

    const size = decoder.readInt32();
    if (size <= 0 || !decoder.canReadBytes(size)) return [];
    const batches = new Decoder(decoder.readBytes(size));
    const records: unknown[] = [];
    while (batches.canReadBytes(batchHeaderBytes)) {
      try {
        const batch = await decodeBatch(batches);
        for (const record of batch.records) records.push(record);
      } catch (error) {
        // A response may end inside a batch: the next fetch begins there.
        if (error instanceof Error && error.name === 'KafkaJSPartialMessageError') break;
        throw error;
      }
    }
    return records;
  };
}
