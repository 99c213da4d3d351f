import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashId } from './id-hash.ts';

const count = 65_536;

/** As a gateway makes them at one moment, but for the random part: they differ in their last digits only. */
const hashes = Array.from({ length: count }, (_, n) =>
  hashId(`01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`, [0, 0, 0, 0]),
);

test('an id has one hash, and another one another', () => {
  assert.deepEqual(hashId('a', [0, 0, 0, 0]), hashId('a', [1, 2, 3, 4]));
  assert.notDeepEqual(hashId('a', [0, 0, 0, 0]), hashId('b', [0, 0, 0, 0]));
  assert.notDeepEqual(hashId('ab', [0, 0, 0, 0]), hashId('ba', [0, 0, 0, 0]));
});

test('of ids that are nearly the same, no two agree in any half of their hashes', () => {
  const halves = [
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 2],
    [1, 3],
    [2, 3],
  ] as const;
  for (const [one, other] of halves)
    assert.equal(new Set(hashes.map((hash) => `${hash[one]} ${hash[other]}`)).size, count);
});

test('they are spread evenly by their first bits', () => {
  const chains = new Map<number, number>();
  for (const [lane] of hashes) chains.set(lane & (count - 1), (chains.get(lane & (count - 1)) ?? 0) + 1);
  // Of as many balls as boxes, thrown at random, the fullest box has 8 or 9.
  assert.ok(Math.max(...chains.values()) <= 12, String(Math.max(...chains.values())));
});
