import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pack, unpack } from './packed-outcomes.ts';

const count = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -5, max: 100_000 }));
const outcomes = fc.record(
  {
    compared: count,
    agreed: count,
    answered: count,
    inTime: count,
    failed: count,
    deferred: count,
    missing: count,
  },
  { noNullPrototype: true },
);
const key = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('what was packed comes out again, small counts and others', () => {
  const rising = fc
    .uniqueArray(fc.tuple(key, outcomes), { selector: ([of]) => of })
    .map((all) => all.toSorted(([a], [b]) => a - b));
  fc.assert(fc.property(rising, (all) => assert.deepEqual(unpack(pack(all)), all)));
});

test('a key with few requests takes two numbers', () => {
  const one = { compared: 1, agreed: 1, answered: 1, inTime: 0, failed: 0, deferred: 0, missing: 0 };
  assert.deepEqual(
    pack([
      [10, one],
      [25, { ...one, agreed: 0, missing: 3 }],
    ]),
    {
      keys: [10, 15],
      counts: [1 + 4 + 16, 1 + 16 + 3 * 4 ** 6],
    },
  );
  assert.equal(pack([[10, { ...one, compared: 4 }]]).counts.length, 8);
});
