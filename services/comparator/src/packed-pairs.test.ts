import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PackedPair, packPairs } from './packed-pairs.ts';

function pair(requestOffset: number, over: Partial<PackedPair> = {}): PackedPair {
  const outputs = { productionOutput: '"approved"', shadowOutput: '"approved"' };
  return { exchangeId: `x${requestOffset}`, requestOffset, requestId: null, ...outputs, ...over };
}

test('pairs are packed by the thousand, in the order of their requests, whatever order they came in', () => {
  const pairs = Array.from({ length: 2_001 }, (_, offset) => pair(offset));
  const packed = packPairs(pairs);
  assert.deepEqual(
    packed.map(({ requestOffsets }) => requestOffsets.length),
    [1_000, 1_000, 1],
  );
  assert.deepEqual(packPairs(pairs.toReversed()), packed);
});

test('a record holds less than 1 MiB, however long ids and outputs are', () => {
  const text = fc.string({ unit: fc.constant('字'), minLength: 100, maxLength: 200 });
  const pairs = fc.array(
    fc
      .tuple(fc.nat(), text, text, text)
      .map(([offset, requestId, productionOutput, shadowOutput]) =>
        pair(offset, { requestId, productionOutput, shadowOutput }),
      ),
    { minLength: 500, maxLength: 1_500, size: 'max' },
  );
  fc.assert(
    fc.property(pairs, (all) => {
      const packed = packPairs(all);
      assert.equal(packed.flatMap(({ exchangeIds }) => exchangeIds).length, all.length);
      for (const record of packed) assert.ok(Buffer.byteLength(JSON.stringify(record)) < 1_048_576);
    }),
    { numRuns: 10 },
  );
});
