import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { toIncoming, cutIntoBatches, type OutgoingRecord, recordBytes } from './records.ts';

const message = {
  attributes: 0,
  offset: '42',
  timestamp: '1700000000123',
  key: Buffer.from('key'),
  value: null,
  headers: {},
};

test('offsets and times of old formats are numbers; a null key or value stays null', () => {
  const record = toIncoming('t', 1, { ...message, key: null });
  assert.deepEqual(
    { ...record },
    {
      topic: 't',
      partition: 1,
      offset: 42,
      timestampMs: 1_700_000_000_123,
      key: null,
      value: null,
      headers: {},
    },
  );
});

test('bytes count key, value and headers', () => {
  const empty = recordBytes({ key: null, value: null });
  const full = recordBytes({ key: 'ä', value: Buffer.alloc(10), headers: { h: 'äb' } });
  assert.equal(full - empty, 2 + 10 + (1 + 3 + 4));
});

const outgoing: fc.Arbitrary<OutgoingRecord> = fc
  .integer({ min: 0, max: 400 })
  .map((size) => ({ topic: 't', partition: 0, key: null, value: Buffer.alloc(size) }));

test('batches hold all records in order, keep both limits, and none could take its successor in', () => {
  const limits = { maxRecords: 5, maxBytes: 600 };
  fc.assert(
    fc.property(fc.array(outgoing, { maxLength: 40 }), (records) => {
      const batches = [...cutIntoBatches(records, limits)];
      assert.deepEqual(batches.flat(), records);
      for (const [index, batch] of batches.entries()) {
        const bytes = batch.reduce((sum, record) => sum + recordBytes(record), 0);
        assert.ok(batch.length === 1 || (batch.length <= limits.maxRecords && bytes <= limits.maxBytes));
        const next = batches[index + 1]?.[0];
        if (next)
          assert.ok(batch.length === limits.maxRecords || bytes + recordBytes(next) > limits.maxBytes);
      }
    }),
  );
});
