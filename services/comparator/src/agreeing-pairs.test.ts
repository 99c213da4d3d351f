import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AgreeingPair, packAgreeing } from './agreeing-pairs.ts';

function pair(requestOffset: number, over: Partial<AgreeingPair> = {}): AgreeingPair {
  const outputs = { production: '"approved"', shadow: '"approved"' };
  return { exchangeId: `x${requestOffset}`, requestOffset, requestId: null, outputs, ...over };
}

test('pairs are packed by the thousand, in the order of their requests, whatever order they came in', () => {
  const pairs = Array.from({ length: 2_001 }, (_, offset) => pair(offset));
  const packed = packAgreeing(pairs);
  assert.deepEqual(
    packed.map(({ requestOffsets }) => requestOffsets.length),
    [1_000, 1_000, 1],
  );
  assert.deepEqual(packAgreeing(pairs.toReversed()), packed);
});

test('a record holds less than 1 MiB, however long ids and outputs are', () => {
  const text = fc.string({ unit: fc.constant('字'), minLength: 100, maxLength: 200 });
  const pairs = fc.array(
    fc
      .tuple(fc.nat(), text, text, text)
      .map(([offset, requestId, production, shadow]) =>
        pair(offset, { requestId, outputs: { production, shadow } }),
      ),
    { minLength: 500, maxLength: 1_500, size: 'max' },
  );
  fc.assert(
    fc.property(pairs, (all) => {
      const packed = packAgreeing(all);
      assert.equal(packed.flatMap(({ exchangeIds }) => exchangeIds).length, all.length);
      for (const record of packed) assert.ok(Buffer.byteLength(JSON.stringify(record)) < 1_048_576);
    }),
    { numRuns: 10 },
  );
});

test('a caller’s id that is too long is left out, and the pair stays', () => {
  const [record] = packAgreeing([
    pair(0, { requestId: 'x'.repeat(200) }),
    pair(1, { requestId: 'x'.repeat(201), outputs: null }),
  ]);
  assert.deepEqual(record?.requestIds, ['x'.repeat(200), null]);
  assert.deepEqual(record.productionOutputs, ['"approved"', null]);
});
