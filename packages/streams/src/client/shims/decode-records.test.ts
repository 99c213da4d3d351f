import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type DecodedRecord, decodeRecords } from './decode-records.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js');
const Encoder = require('kafkajs/src/protocol/encoder.js');
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const { RecordBatch: encodeBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');
const bareDecode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js');

interface Given {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>;
  readonly timestamp: number;
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const given: fc.Arbitrary<Given> = fc.record({
  key: fc.option(bytes),
  value: fc.option(
    fc.oneof(
      bytes,
      fc.integer({ min: 0, max: 20_000 }).map((size) => Buffer.alloc(size, 'v')),
    ),
  ),
  headers: fc.dictionary(
    fc.string({ maxLength: 5 }),
    fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })),
    {
      maxKeys: 3,
      noNullPrototype: true,
    },
  ),
  timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
});

/** A batch as kafkajs writes it. */
async function batchOf(records: readonly Given[], firstOffset: number): Promise<Buffer> {
  const firstTimestamp = records[0]?.timestamp ?? 0;
  const encoded = records.map(({ timestamp, ...record }, offsetDelta) =>
    encodeRecord({ ...record, offsetDelta, timestampDelta: timestamp - firstTimestamp }),
  );
  const batch = await encodeBatch({
    firstTimestamp,
    maxTimestamp: Math.max(0, ...records.map(({ timestamp }) => timestamp)),
    lastOffsetDelta: records.length - 1,
    transactional: true,
    producerId: 77,
    records: encoded,
  });
  const buffer: Buffer = new Encoder().writeEncoder(batch).buffer;
  buffer.writeBigInt64BE(BigInt(firstOffset));
  return buffer;
}

test('records are decoded as kafkajs decodes them, whatever their sizes, times and headers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(given, { maxLength: 40 }),
      fc.integer({ min: 0, max: 2 ** 50 }),
      fc.boolean(),
      async (records, firstOffset, hasAppendTime) => {
        const batch = await batchOf(records, firstOffset);
        if (hasAppendTime) batch.writeInt16BE(batch.readInt16BE(21) | 0x8, 21);
        const { records: expected } = await bareDecode(new Decoder(batch));
        assert.deepEqual(
          decodeRecords(batch).map(({ batchContext, ...record }) => ({ ...batchContext, ...record })),
          expected.map(({ magicByte, batchContext, ...record }: DecodedRecord & { magicByte: number }) => {
            assert.equal(magicByte, 2);
            const { producerId, inTransaction } = batchContext;
            return { producerId, inTransaction, ...record };
          }),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a record holds no byte of the batch it was decoded from, and little beside its own', async () => {
  const value = Buffer.alloc(1_000, 'x');
  const batch = await batchOf(
    Array.from({ length: 100 }, () => ({ key: null, value, headers: {}, timestamp: 1 })),
    0,
  );
  const records = decodeRecords(batch);
  batch.fill('y');
  for (const record of records) {
    assert.ok(record.value?.equals(value));
    assert.ok((record.value?.buffer.byteLength ?? 0) < 18_000, 'a kept record would keep too much');
  }
});

test('a record that is longer than it says is broken', async () => {
  const batch = await batchOf(
    Array.from({ length: 2 }, () => ({ key: null, value: Buffer.from('value'), headers: {}, timestamp: 0 })),
    0,
  );
  batch[61] = (batch[61] ?? 0) - 2; // one byte less of the first
  assert.throws(() => decodeRecords(batch), RangeError);
});
