import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { unfoldLz4 } from './lz4.ts';
import { unfoldSnappy } from './snappy.ts';
import { tooLarge, unfoldLimitBytes } from './unfold-limit.ts';

type Unfold = (bytes: Buffer, maxBytes: number) => Promise<Buffer>;

/** By the number that a batch has for it. */
const codecs: ReadonlyMap<number, Unfold> = new Map([
  [1, byNode(promisify(gunzip))],
  [2, unfoldSnappy],
  [3, unfoldLz4],
  [4, byNode(promisify(zstdDecompress))],
]);

const lengthAt = 8;
const afterLengthAt = 12;
const attributesAt = 21;
const codecMask = 0b111;
const recordsAt = 61;

/**
 * A record batch with its records as they were before they were compressed; one that wasn't is given back.
 *
 * @param batch the whole batch, from its first offset on
 * @throws Error that says why the records can't be had: broken, or more than `maxBytes` of them
 */
export async function unfoldBatch(batch: Buffer, maxBytes: number = unfoldLimitBytes): Promise<Buffer> {
  const attributes = batch.readInt16BE(attributesAt);
  const codec = attributes & codecMask;
  if (codec === 0) return batch;
  const unfold = codecs.get(codec);
  if (unfold === undefined) throw new Error(`there is no compression ${codec}`);

  const records = await unfold(batch.subarray(recordsAt), maxBytes);
  const unfolded = Buffer.concat([batch.subarray(0, recordsAt), records]);
  unfolded.writeInt32BE(unfolded.length - afterLengthAt, lengthAt);
  unfolded.writeInt16BE(attributes & ~codecMask, attributesAt);
  return unfolded;
}

function byNode(
  decompress: (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>,
): Unfold {
  return async (bytes, maxBytes) => {
    try {
      return await decompress(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      throw isTooLarge ? tooLarge(maxBytes) : error;
    }
  };
}
