import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import type { FetchedRecord } from '../fetched-record.ts';
import { unreadableAfter } from '../unreadable-batch.ts';
import { decodeRecordBatches } from './record-batches.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js');
const bareDecode = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js');
const ourDecode = decodeRecordBatches({ Decoder, decodeOldFormats: bareDecode });

/** A record batch as a broker sends it, of empty records. */
function recordBatch(firstOffset: number, count: number): Buffer {
  const records = Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const offsetDelta = zigZag(index);
      const body = Buffer.from([0, 0, ...offsetDelta, ...zigZag(-1), ...zigZag(0), 0]);
      return Buffer.concat([Buffer.from(zigZag(body.length)), body]);
    }),
  );
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(firstOffset), 0);
  header.writeInt32BE(header.length - 12 + records.length, 8);
  header.writeInt8(2, 16); // magic
  header.writeInt32BE(count - 1, 23); // last offset delta
  header.writeInt32BE(count, 57);
  return Buffer.concat([header, records]);
}

/** Kafka's signed number of variable length. */
function zigZag(value: number): number[] {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** What a fetch response holds of one partition: a size, and batches, the last of which may be cut. */
function response(...batches: Buffer[]): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(batches.reduce((sum, batch) => sum + batch.length, 0));
  return Buffer.concat([size, ...batches]);
}

const offsetsOf = (records: unknown[]): number[] =>
  records.map((record) => Number((record as { offset: string }).offset));

test('a batch of 150,000 records is decoded; bare kafkajs throws', async () => {
  const bytes = response(recordBatch(0, 150_000));
  await assert.rejects(bareDecode(new Decoder(bytes)), /Maximum call stack/, 'mended: the guard can go');
  const records = await ourDecode(new Decoder(bytes));
  assert.equal(records.length, 150_000);
  assert.equal(offsetsOf(records).at(-1), 149_999);
});

/** Which records they are: `decode-records.test.ts` has what is in them. */
function inShort(records: unknown[]): object[] {
  const fetched = records as Pick<FetchedRecord, 'value' | 'batchContext'>[];
  const offsets = offsetsOf(records);
  return fetched.map(({ value, batchContext }, n) => ({
    offset: offsets[n],
    value,
    producerId: batchContext.producerId,
  }));
}

test('several batches are decoded like kafkajs does, up to the one that is cut', async () => {
  const cut = recordBatch(30, 5).subarray(0, 70);
  for (const bytes of [
    response(recordBatch(7, 3), recordBatch(20, 2), cut),
    response(recordBatch(7, 3), cut.subarray(0, 20)),
    response(),
  ]) {
    assert.deepEqual(
      inShort(await ourDecode(new Decoder(bytes))),
      inShort(await bareDecode(new Decoder(bytes))),
    );
  }
  const records = await ourDecode(new Decoder(response(recordBatch(7, 3), recordBatch(20, 2), cut)));
  assert.deepEqual(offsetsOf(records), [7, 8, 9, 20, 21]);
});

/** The batch with its records compressed by zstd. */
function compressed(batch: Buffer): Buffer {
  const whole = Buffer.concat([batch.subarray(0, 61), zstdCompressSync(batch.subarray(61))]);
  whole.writeInt32BE(whole.length - 12, 8);
  whole.writeInt16BE(4, 21); // attributes: the codec
  return whole;
}

const at = { topic: 't', partition: 3 };

test('a batch that is compressed is decoded as what it was', async () => {
  const plain = await ourDecode(new Decoder(response(recordBatch(7, 1000), recordBatch(2000, 1))));
  const bytes = response(compressed(recordBatch(7, 1000)), recordBatch(2000, 1));
  const records = await ourDecode(new Decoder(bytes));
  assert.deepEqual(records, plain);
  assert.equal(unreadableAfter(records, at), null);
});

test('what is before a broken batch is decoded, and why there is no more is known', async () => {
  const broken = compressed(recordBatch(10, 50)).fill(0xff, 61);
  const records = await ourDecode(new Decoder(response(recordBatch(7, 3), broken, recordBatch(60, 2))));
  assert.deepEqual(offsetsOf(records), [7, 8, 9]);
  const error = unreadableAfter(records, at);
  assert.equal(error?.code, 'batch-unreadable');
  assert.match(error.message, /t\/3@10 /);
});

test('a batch with fewer records than it says is broken', async () => {
  const batch = recordBatch(7, 3);
  batch.writeInt32BE(2 ** 31 - 1, 57);
  for (const bytes of [batch, compressed(batch)]) {
    const records = await ourDecode(new Decoder(response(bytes)));
    assert.deepEqual(records, []);
    assert.ok(unreadableAfter(records, at));
  }
});

test('of many batches that unfold to much, a response gives a part: the next fetch gives the rest', async () => {
  const large = recordBatch(0, 1);
  const padded = Buffer.concat([large, Buffer.alloc(40 * 1024 * 1024)]);
  padded.writeInt32BE(padded.length - 12, 8);
  const batches = [0, 1, 2].map((offset) => {
    const batch = compressed(padded);
    batch.writeBigInt64BE(BigInt(offset), 0);
    return batch;
  });
  const records = await ourDecode(new Decoder(response(...batches)));
  assert.deepEqual(offsetsOf(records), [0, 1]);
  assert.equal(unreadableAfter(records, at), null);
});
