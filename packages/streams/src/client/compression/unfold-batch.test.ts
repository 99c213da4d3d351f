import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { unfoldBatch } from './unfold-batch.ts';

type Compress = (bytes: Buffer) => Buffer;

const codecs: Readonly<Record<string, { readonly id: number; readonly compress: Compress }>> = {
  gzip: { id: 1, compress: (bytes) => gzipSync(bytes) },
  'snappy in one block': { id: 2, compress: (bytes) => compressSync(bytes) },
  'snappy in blocks': { id: 2, compress: xerial },
  lz4: { id: 3, compress: (bytes) => compressFrameSync(bytes) },
  'lz4 with checksums': {
    id: 3,
    compress: (bytes) => compressFrameSync(bytes, { blockChecksums: true, contentChecksum: true }),
  },
  zstd: { id: 4, compress: (bytes) => zstdCompressSync(bytes) },
};

/** As Java's clients frame snappy. */
function xerial(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')];
  for (let at = 0; at < bytes.length; at += 32_768) {
    const block = compressSync(bytes.subarray(at, at + 32_768));
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    blocks.push(size, block);
  }
  return Buffer.concat(blocks);
}

function batchOf(records: Buffer, codec: number): Buffer {
  const batch = Buffer.concat([Buffer.alloc(61, 0x18), records]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(0x18 + codec, 21); // in a transaction, time of appending
  return batch;
}

/** Some of it repeats, some does not. */
const records = Buffer.from(
  Array.from({ length: 20_000 }, (_, n) => `loan ${n}: ${Math.imul(n, 2_654_435_761)}; `).join(''),
);

suite('unfolding a batch', () => {
  for (const [name, { id, compress }] of Object.entries(codecs)) {
    test(`${name}: gives what was compressed, and says no more that it is`, async () => {
      const batch = batchOf(compress(records), id);
      assert.ok(batch.length < records.length);
      assert.deepEqual(await unfoldBatch(batch), batchOf(records, 0));
    });

    test(`${name}: takes what is just within the limit, and no byte more`, async () => {
      const bytes = 4 * 2 ** 20; // of lz4, a whole block
      const batch = batchOf(compress(Buffer.alloc(bytes)), id);
      assert.equal((await unfoldBatch(batch, bytes)).length, 61 + bytes);
      await assert.rejects(unfoldBatch(batch, bytes - 1), /take more than 4194303 bytes/);
    });

    test(`${name}: fails on what is broken or cut`, async () => {
      const compressed = compress(records);
      const bad = [
        Buffer.alloc(0),
        Buffer.from(compressed).fill(0xff),
        Buffer.from(compressed).fill(0xff, 300),
        compressed.subarray(0, compressed.length - 30),
      ];
      for (const bytes of bad) await assert.rejects(unfoldBatch(batchOf(bytes, id)));
    });
  }

  test('leaves what is not compressed as it is', async () => {
    const batch = batchOf(records, 0);
    assert.equal(await unfoldBatch(batch), batch);
  });

  test('takes no size that is only claimed', async () => {
    const claimed = Buffer.from('ffffffff0f00', 'hex'); // 4 GiB
    await assert.rejects(unfoldBatch(batchOf(claimed, 2)), /take more than/);
    const frame = compressFrameSync(Buffer.alloc(8 * 2 ** 20));
    const brokenWithin = frame.fill(0, 11, 20); // behind the frame's header and the first block's size
    await assert.rejects(unfoldBatch(batchOf(brokenWithin, 3), 4 * 2 ** 20), /take more than/);
  });

  test('knows no other compression', async () => {
    await assert.rejects(unfoldBatch(batchOf(records, 5)), /no compression 5/);
  });
});
