import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { decodeRecordBatches } from './record-batches.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js');
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js');
const bareDecode = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js');
const ourDecode = decodeRecordBatches({ Decoder, decodeBatch, decodeOldFormats: bareDecode });

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

test('several batches are decoded like kafkajs does, up to the one that is cut', async () => {
  const cut = recordBatch(30, 5).subarray(0, 70);
  for (const bytes of [
    response(recordBatch(7, 3), recordBatch(20, 2), cut),
    response(recordBatch(7, 3), cut.subarray(0, 20)),
    response(),
  ]) {
    assert.deepEqual(await ourDecode(new Decoder(bytes)), await bareDecode(new Decoder(bytes)));
  }
  const records = await ourDecode(new Decoder(response(recordBatch(7, 3), recordBatch(20, 2), cut)));
  assert.deepEqual(offsetsOf(records), [7, 8, 9, 20, 21]);
});
