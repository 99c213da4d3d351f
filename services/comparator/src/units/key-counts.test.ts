import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedOutcomes } from './key-counts.ts';
import { noOutcomes } from './outcomes.ts';
import { allKeys } from './request-key.ts';

function recordOf(keys: readonly number[], max: number) {
  const kept = new KeyedOutcomes(max);
  for (const key of keys) kept.add(key, { ...noOutcomes, compared: 1 });
  return kept.toRecord();
}

test('of more keys than there is room for, those of lowest hash are kept, complete, in whatever order they come', () => {
  const keys = Array.from({ length: 3000 }, (_, n) => (n * 7919) % 1009);
  const record = recordOf(keys, 100);
  assert.deepEqual(
    record.keys,
    Array.from({ length: 100 }, (_, n) => n),
  );
  assert.equal(record.below, 100);
  const counted = keys.filter((key) => key < 100).length;
  assert.equal(
    record.counts.reduce((a, b) => a + b, 0),
    counted,
  );
  assert.deepEqual(recordOf(keys.toReversed(), 100), record);
  assert.deepEqual(
    recordOf(
      keys.toSorted((a, b) => b - a),
      100,
    ),
    record,
  );
});

test('all keys are there where there is room', () => {
  assert.deepEqual(recordOf([3, 1, 3], 2), {
    below: allKeys,
    keys: [1, 3],
    counts: [1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0],
  });
});
