import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVectors } from './cosine.ts';

test('the cosine is that of the angle, the lengths are Euclid’s', () => {
  assert.deepEqual(compareVectors([3, 4], [3, 4]), { cosine: 1, lengths: [5, 5] });
  assert.deepEqual(compareVectors([1, 0], [0, 2]), { cosine: 0, lengths: [1, 2] });
  assert.deepEqual(compareVectors([1, 0], [-2, 0]), { cosine: -1, lengths: [1, 2] });
});

test('zeros have no direction', () => {
  assert.deepEqual(compareVectors([0, 0], [1, 0]), { cosine: null, lengths: [0, 1] });
});

test('numbers at the ends of a double’s range have a direction as any others', () => {
  for (const scale of [1e-300, 5e-324, 1e-160, 1e160, 1e300]) {
    const { cosine } = compareVectors([scale, scale], [1, 0]);
    assert.ok(Math.abs((cosine ?? 0) - Math.SQRT1_2) < 1e-12, String(scale));
  }
});

test('it is in [-1, 1], the same both ways round, whatever the scale', () => {
  const vectors = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(vectors, vectors, (a, b) => {
      const { cosine, lengths } = compareVectors(a, b);
      assert.deepEqual(compareVectors(b, a), { cosine, lengths: lengths.toReversed() });
      if (cosine === null) return;
      assert.ok(Math.abs(cosine) <= 1);
      const larger = a.map((value) => value * 1024);
      assert.ok(Math.abs((compareVectors(larger, b).cosine ?? 2) - cosine) < 1e-9);
    }),
  );
});
