import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyFor } from './fault-policy.ts';
import { refuseRecordAhead } from './record-ahead.ts';

const nowMs = Date.parse('2026-01-31T12:00:00Z');

function recordAt(timestampMs: number, value: Buffer | null = Buffer.from('x')) {
  return { topic: 'requests', partition: 3, offset: 17, timestampMs, key: null, value, headers: {} };
}

test('a record may be 60 s ahead of the reader’s clock, and as old as it likes', () => {
  for (const timestampMs of [0, nowMs, nowMs + 60_000]) refuseRecordAhead(recordAt(timestampMs), nowMs);
});

test('one further ahead is refused, a tick too, and halts its task; it is told where it is and what to do', () => {
  for (const value of [Buffer.from('x'), null]) {
    assert.throws(() => refuseRecordAhead(recordAt(nowMs + 60_001, value), nowMs), {
      code: 'clock-ahead',
      message:
        /^requests\/3@17 was appended at 2026-01-31T12:01:00\.001Z, 60 s ahead .* set the clocks .* right/,
    });
  }
  assert.equal(policyFor('clock-ahead'), 'halt');
});
