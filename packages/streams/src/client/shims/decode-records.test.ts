import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { FetchedRecord } from '../fetched-record.ts';
import { toIncoming } from '../records.ts';
import { decodeRecords } from './decode-records.ts';

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

type Bare = Omit<FetchedRecord, 'offset' | 'timestampMs' | 'headers'> & {
  readonly offset: string;
  readonly timestamp: string;
  readonly headers: Given['headers'];
};

type Shown = Pick<
  FetchedRecord,
  'offset' | 'timestampMs' | 'key' | 'value' | 'headers' | 'isControlRecord' | 'batchContext'
>;

/** All that a record says: what it says when asked is no property of its own. */
function shown({ offset, timestampMs, key, value, headers, isControlRecord, batchContext }: Shown): object {
  const { producerId, inTransaction } = batchContext;
  return { offset, timestampMs, key, value, headers, isControlRecord, producerId, inTransaction };
}

/** Headers as text, of a repeated name the last. */
function texts(headers: Given['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value.at(-1) : value),
    ]),
  );
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
          decodeRecords(batch).map((record) => shown(record)),
          expected.map(({ offset, timestamp, headers, ...rest }: Bare) =>
            shown({
              ...rest,
              offset: Number(offset),
              timestampMs: Number(timestamp),
              headers: texts(headers),
            }),
          ),
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

test('headers are text; of a repeated name the last one counts, and any name is only a name', async () => {
  const headers = {
    trace: Buffer.from('ä'),
    twice: [Buffer.from('1'), Buffer.from('2')],
    ['__proto__']: Buffer.from('own'),
  };
  const [record] = decodeRecords(await batchOf([{ key: null, value: null, headers, timestamp: 1 }], 7));
  assert.deepEqual(Object.entries(record?.headers ?? {}), [
    ['trace', 'ä'],
    ['twice', '2'],
    ['__proto__', 'own'],
  ]);
});

test('a record whose headers are cut off is broken, though nobody asks for them', async () => {
  const headers = { name: Buffer.from('value') };
  const batch = await batchOf([{ key: null, value: null, headers, timestamp: 0 }], 0);
  const nameLengthAt = batch.length - 'value'.length - 1 - 'name'.length - 1;
  batch[nameLengthAt] = 100 * 2;
  assert.throws(() => decodeRecords(batch), RangeError);
});

test('it is known where a record was fetched, and what it took', async () => {
  const given = { key: Buffer.from('key'), value: Buffer.alloc(100), headers: {}, timestamp: 1 };
  const [record] = decodeRecords(await batchOf([given], 42));
  const { topic, partition, offset, timestampMs } = toIncoming('t', 3, record ?? assert.fail('no record'));
  assert.deepEqual(
    { topic, partition, offset, timestampMs },
    { topic: 't', partition: 3, offset: 42, timestampMs: 1 },
  );
  assert.equal(record?.sizeBytes, 1 + 1 + 1 + 1 + 1 + 3 + 2 + 100 + 1 + 1);
});
