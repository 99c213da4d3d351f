import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fetchedBatch } from './fetched-batch.ts';

const require = createRequire(import.meta.url);
const Bare = require('kafkajs/src/consumer/batch.js');
const Ours = fetchedBatch(Bare);

const messages = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 3 }), isControlRecord: fc.boolean() }))
  .map((steps) => {
    let offset = 100;
    return steps.map(({ step, isControlRecord }) => {
      offset += step;
      const batchContext = { producerId: '1', inTransaction: isControlRecord };
      return { offset: String(offset), key: Buffer.from([0, 0, 0, 1]), isControlRecord, batchContext };
    });
  });

test('a batch answers as kafkajs made it, wherever the fetch began', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 95, max: 130 }), (all, from) => {
      const data = { partition: 3, highWatermark: '500', abortedTransactions: [], messages: all };
      const [ours, bare] = [new Ours('t', String(from), data), new Bare('t', String(from), data)];
      assert.deepEqual({ ...ours }, { ...bare });
    }),
  );
});
