import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from './partitioner.ts';

/**
 * Of 6, 12 and 1000 partitions, by `Utils.toPositive(Utils.murmur2(key)) % n` of Kafka's Java client 4.3.1.
 */
const oracle: readonly (readonly [key: string, ...partitions: number[]])[] = [
  ['', 3, 9, 681],
  ['a', 4, 4, 524],
  ['ab', 2, 2, 434],
  ['abc', 3, 3, 107],
  ['abcd', 2, 8, 100],
  ['abcde', 1, 1, 741],
  ['order-4711', 1, 7, 611],
  ['0192f7a0-5b1c-7cc3-98c4-dc0c0c07398f', 4, 10, 670],
  ['Zürich', 1, 1, 833],
  ['東京', 1, 7, 643],
  ['🙂', 3, 3, 799],
  ['x'.repeat(1000), 0, 6, 46],
];

for (const [key, ...expected] of oracle) {
  test(`key "${key.slice(0, 40)}" lands where a Java client puts it`, () => {
    const found = [6, 12, 1000].map((partitions) => partitionOf(key, partitions));
    assert.deepEqual(found, expected);
  });
}
