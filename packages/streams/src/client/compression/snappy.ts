import { uncompress } from 'snappy';
import { requireRoom } from './unfold-limit.ts';

const xerialMagic = Buffer.from('\x82SNAPPY\0', 'latin1');
const xerialHeaderBytes = 16;
const sizeBytes = 4;

/**
 * Unfolds snappy as Kafka's clients write it: Java's in xerial's framing (a header, then blocks, each after
 * its size), librdkafka one block without a frame. A block can't begin like the header: its third byte would
 * be a copy of what isn't there.
 *
 * @throws Error when it is broken, or would take more than `maxBytes`
 */
export async function unfoldSnappy(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const blocks = isXerial(bytes) ? [...xerialBlocks(bytes)] : [bytes];
  requireRoom(
    blocks.reduce((sum, block) => sum + unfoldedSize(block), 0),
    maxBytes,
  );
  const unfolded: Buffer[] = [];
  for (const block of blocks) unfolded.push(Buffer.from(await uncompress(block)));
  return Buffer.concat(unfolded);
}

function isXerial(bytes: Buffer): boolean {
  return bytes.subarray(0, xerialMagic.length).equals(xerialMagic);
}

function* xerialBlocks(bytes: Buffer): Generator<Buffer> {
  for (let at = xerialHeaderBytes; at < bytes.length;) {
    const start = at + sizeBytes;
    const end = start + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error('snappy: the last block is cut');
    yield bytes.subarray(start, end);
    at = end;
  }
}

/** What a block begins with: 7 bits a byte, the lowest first. */
function unfoldedSize(block: Buffer): number {
  let size = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return size;
  }
  throw new Error('snappy: a block does not say its size');
}
