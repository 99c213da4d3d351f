import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { type Connection, guardTakenAnswers } from './connections.ts';

const BareConnection = createRequire(import.meta.url)('kafkajs/src/network/connection.js');

/** An answer as it is sent: its size, the number of its request, and as many bytes. */
function answer(correlationId: number, bytes: number): Buffer {
  const sent = Buffer.alloc(8 + bytes);
  sent.writeInt32BE(4 + bytes, 0);
  sent.writeInt32BE(correlationId, 4);
  return sent;
}

/** A connection that receives; what it takes is told by the number of the request and its size. */
function receiving(prototype: Connection): { connection: Connection; taken: [number, number][] } {
  const taken: [number, number][] = [];
  const connection = Object.assign(Object.create(prototype), {
    chunks: [],
    bytesBuffered: 0,
    bytesNeeded: 4,
    requestQueue: {
      fulfillRequest: (each: { correlationId: number; payload: Buffer }) =>
        taken.push([each.correlationId, each.payload.length]),
    },
  }) as Connection;
  return { connection, taken };
}

function heldBytes({ chunks }: Connection): number {
  return chunks.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

const { processData } = BareConnection.prototype as Connection;
const guarded = Object.create(BareConnection.prototype) as Connection;
guarded.processData = processData;
guardTakenAnswers(guarded);

test("bare kafkajs' connection keeps the whole of an answer that was taken", () => {
  const { connection, taken } = receiving(BareConnection.prototype as Connection);
  connection.processData(answer(1, 1_000_000));
  assert.deepEqual(taken, [[1, 1_000_000]]);
  assert.ok(heldBytes(connection) > 1_000_000, 'kafkajs was mended: the guard can go');
});

test('an answer that was taken is let go', () => {
  const { connection, taken } = receiving(guarded);
  connection.processData(answer(1, 1_000_000));
  assert.deepEqual([taken, heldBytes(connection)], [[[1, 1_000_000]], 0]);
});

test('answers that come in pieces, and several at once, are taken whole', () => {
  const { connection, taken } = receiving(guarded);
  const all = Buffer.concat([answer(1, 100), answer(2, 0), answer(3, 50), answer(4, 7)]);
  for (let at = 0; at < all.length; at += 30) connection.processData(all.subarray(at, at + 30));
  assert.deepEqual(taken, [
    [1, 100],
    [2, 0],
    [3, 50],
    [4, 7],
  ]);
  assert.equal(heldBytes(connection), 0);
});
