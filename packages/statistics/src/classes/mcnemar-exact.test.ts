import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mcnemarExact } from './mcnemar-exact.ts';

test('pairs of which none differs give 1, no pairs give null', () => {
  assert.deepEqual(mcnemarExact({ b: 0, c: 0 }), { pValue: 1, reason: null });
  assert.deepEqual(mcnemarExact({ b: 0, c: 0, pairs: 100 }), { pValue: 1, reason: null });
  assert.deepEqual(mcnemarExact({ b: 0, c: 0, pairs: 0 }), { pValue: null, reason: 'no pair was compared' });
});

test('both ways of differing are alike', () => {
  assert.deepEqual(mcnemarExact({ b: 3, c: 10 }), mcnemarExact({ b: 10, c: 3 }));
});

test('counts that can’t be are refused', () => {
  assert.throws(() => mcnemarExact({ b: -1, c: 3 }), RangeError);
  assert.throws(() => mcnemarExact({ b: 1, c: 2.5 }), RangeError);
});
