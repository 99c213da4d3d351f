import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedOutcomes } from './key-counts.ts';
import { noOutcomes } from './outcomes.ts';
import { unpack } from './packed-outcomes.ts';
import { allKeys } from './request-key.ts';

function keptOf(keys: readonly number[], max: number) {
  const kept = new KeyedOutcomes(max);
  for (const key of keys) kept.add(key, { ...noOutcomes, compared: 1 });
  const record = kept.toRecord();
  return { below: record.below, compared: unpack(record).map(([key, { compared }]) => [key, compared]) };
}

test('of more keys than there is room for, those of lowest hash are kept, complete, in whatever order they come', () => {
  const keys = Array.from({ length: 3000 }, (_, n) => (n * 7919) % 1009);
  const timesOf = (key: number): number => keys.filter((each) => each === key).length;
  const expected = Array.from({ length: 100 }, (_, key) => [key, timesOf(key)]);
  const kept = keptOf(keys, 100);
  assert.deepEqual(kept, { below: 100, compared: expected });
  assert.deepEqual(keptOf(keys.toReversed(), 100), kept);
  const falling = keys.toSorted((a, b) => b - a);
  assert.deepEqual(keptOf(falling, 100), kept);
});

test('all keys are there where there is room', () => {
  const compared = [
    [1, 1],
    [3, 2],
  ];
  assert.deepEqual(keptOf([3, 1, 3], 2), { below: allKeys, compared });
});
