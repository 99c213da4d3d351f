import { unfoldBatch } from '../compression/unfold-batch.ts';
import { unfoldLimitBytes } from '../compression/unfold-limit.ts';
import { endsAtUnreadable } from '../unreadable-batch.ts';
import { decodeRecords } from './decode-records.ts';

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
  /** The client's own function, for the message formats before record batches. */
  readonly decodeOldFormats: Decode<OldMessage[]>;
}

interface OldMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

const sizeBytes = 4;
const batchHeaderBytes = 61;
const lengthAt = 8;
const afterLengthAt = 12;
const magicAt = 16;
const recordBatchMagic = 2;

/**
 * Decodes the record batches of one partition in a fetch response, of any number of records, however they
 * are compressed. A batch that can't be decoded ends what is read, and `unreadableAfter` tells why. What comes
 * out has bytes of its own: none of it keeps the response alive.
 *
 * The client appends a batch's records with `push(...records)`, so that one batch of some 120,000 small
 * records (1 MB) throws "Maximum call stack size exceeded". It can unfold gzip alone, without a limit. And
 * a batch that it can't decode fails the answers of all partitions of a broker: the consumer stops for good,
 * or fetches the same again for ever, without a word.
 */
export function decodeRecordBatches(decoders: RecordBatchDecoders): Decode<unknown[]> {
  const { Decoder, decodeOldFormats } = decoders;
  return async (decoder) => {
    const magic = decoder.buffer.at(decoder.offset + sizeBytes + magicAt);
    if (magic !== recordBatchMagic) return (await decodeOldFormats(decoder)).map(withOwnBytes);

    const size = decoder.readInt32();
    if (size <= 0 || !decoder.canReadBytes(size)) return [];
    const batches = new Decoder(decoder.readBytes(size));
    const records: unknown[] = [];
    let unfoldedBytes = 0;
    // Many batches that unfold to much, or one that the response's end has cut: the next fetch begins there.
    while (unfoldedBytes < unfoldLimitBytes && batches.canReadBytes(batchHeaderBytes)) {
      const batchBytes = afterLengthAt + batches.buffer.readInt32BE(batches.offset + lengthAt);
      if (!batches.canReadBytes(batchBytes)) break;
      const batch = batches.readBytes(batchBytes);
      try {
        const unfolded = await unfoldBatch(batch);
        unfoldedBytes += unfolded.length;
        for (const record of decodeRecords(unfolded)) records.push(record);
      } catch (cause) {
        endsAtUnreadable(records, { offset: Number(batch.readBigInt64BE(0)), cause });
        break;
      }
    }
    return records;
  };
}

function withOwnBytes(message: OldMessage): OldMessage {
  const { key, value } = message;
  return { ...message, key: key && Buffer.from(key), value: value && Buffer.from(value) };
}
