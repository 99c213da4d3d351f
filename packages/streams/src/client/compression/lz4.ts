import { decompressFrame } from 'lz4-napi';
import { requireRoom } from './unfold-limit.ts';

const magic = 0x184d2204;
const flagsAt = 4;
const flag = { dictionary: 0x01, contentSize: 0x08, blockChecksum: 0x10 };
/** Magic, flags, block size, checksum of these. */
const shortestHeaderBytes = 7;
const sizeBytes = 4;
const checksumBytes = 4;
const isStoredBit = 0x8000_0000;
/** One byte of a match's length stands for at most so many. */
const highestRatio = 255;

/**
 * Unfolds an LZ4 frame.
 *
 * @throws Error when it is broken, or could take more than `maxBytes`: the library has no limit of its own
 */
export async function unfoldLz4(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  requireRoom(largestUnfolded(bytes), maxBytes);
  const unfolded = await decompressFrame(bytes);
  requireRoom(unfolded.length, maxBytes);
  return unfolded;
}

/**
 * What the frame's blocks can take at most. Exact but for blocks that are not full: writers fill all but the
 * last one.
 */
function largestUnfolded(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== magic) throw new Error('lz4: this is not a frame');
  const flags = frame.readUInt8(flagsAt);
  const largestBlock = blockBytes(frame.readUInt8(flagsAt + 1));
  let at = shortestHeaderBytes;
  if ((flags & flag.contentSize) !== 0) at += 8;
  if ((flags & flag.dictionary) !== 0) at += 4;

  let sum = 0;
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    const isStored = size >= isStoredBit;
    const stored = isStored ? size - isStoredBit : size;
    sum += isStored ? stored : Math.min(largestBlock, highestRatio * stored);
    at += sizeBytes + stored + ((flags & flag.blockChecksum) === 0 ? 0 : checksumBytes);
  }
  return sum;
}

/** 64 KiB, 256 KiB, 1 MiB or 4 MiB. */
function blockBytes(descriptor: number): number {
  const id = (descriptor >> 4) & 7;
  if (id < 4) throw new Error(`lz4: there is no block size ${id}`);
  return 2 ** (8 + 2 * id);
}
