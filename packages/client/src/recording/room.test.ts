import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Room, type Share } from './room.ts';

test('what does not fit is not given, in records or in bytes', () => {
  const room = new Room({ maxRecords: 4, maxBytes: 100 });
  const first = room.take(2, 60);
  assert.ok(first);
  assert.equal(room.take(2, 41), null);
  assert.equal(room.take(3, 1), null);
  assert.equal(first.grow(41), false);
  assert.equal(first.grow(40), true);
  assert.deepEqual([room.records, room.bytes], [2, 100]);
  first.shrinkTo(1, 10);
  first.shrinkTo(2, 20);
  assert.deepEqual([room.records, room.bytes], [1, 10], 'shrinking never takes');
});

test('whatever is taken, grown and given back: never over the limits, and empty in the end', () => {
  const step = fc.record({ records: fc.nat(3), bytes: fc.nat(60), grow: fc.nat(60), keep: fc.nat(40) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const room = new Room({ maxRecords: 10, maxBytes: 200 });
      const shares: Share[] = [];
      for (const { records, bytes, grow, keep } of steps) {
        const share = room.take(records, bytes);
        if (share !== null) shares.push(share);
        shares[keep % (shares.length || 1)]?.grow(grow);
        shares[grow % (shares.length || 1)]?.shrinkTo(1, keep);
        assert.ok(room.records >= 0 && room.records <= 10);
        assert.ok(room.bytes >= 0 && room.bytes <= 200);
      }
      for (const share of shares) share.shrinkTo(0, 0);
      assert.deepEqual([room.records, room.bytes], [0, 0]);
    }),
  );
});
