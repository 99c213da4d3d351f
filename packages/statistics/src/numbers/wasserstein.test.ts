import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { wasserstein } from './wasserstein.ts';

const value = fc.integer({ min: -1000, max: 1000 });
const values = fc.array(value, { minLength: 1, maxLength: 50 });

test('of as many values on both sides it is the mean distance of the sorted ones', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (pairs) => {
      const [first, second] = [0, 1].map((side) =>
        pairs.map((pair) => pair[side as 0 | 1]).sort((a, b) => a - b),
      );
      const sum =
        first?.reduce((total, each, place) => total + Math.abs(each - (second?.[place] ?? 0)), 0) ?? 0;
      const distance = wasserstein({
        first: pairs.map(([a]) => a),
        second: pairs.map(([, b]) => b),
      }).distance;
      assertClose(distance, sum / pairs.length, 1e-11);
    }),
  );
});

test('a shift is as far as it is, whichever side is which', () => {
  fc.assert(
    fc.property(values, value, (first, shift) => {
      const second = first.map((each) => each + shift);
      assertClose(wasserstein({ first, second }).distance, Math.abs(shift), 1e-11);
      assertClose(wasserstein({ first: second, second: first }).distance, Math.abs(shift), 1e-11);
    }),
  );
});

test('without values on a side it is null', () => {
  assert.deepEqual(wasserstein({ first: [], second: [1] }), {
    distance: null,
    reason: 'a side has no values',
  });
});
