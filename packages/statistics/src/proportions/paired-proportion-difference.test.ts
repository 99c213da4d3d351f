import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { pairedProportionDifference } from './paired-proportion-difference.ts';

const count = fc.nat(500);

test('swapping the sides negates it, interval and all', () => {
  fc.assert(
    fc.property(count, count, count, count, (both, firstOnly, secondOnly, neither) => {
      fc.pre(both + firstOnly + secondOnly + neither > 0);
      const rest = { both, neither, confidence: 0.95 };
      const one = pairedProportionDifference({ ...rest, firstOnly, secondOnly });
      const other = pairedProportionDifference({ ...rest, firstOnly: secondOnly, secondOnly: firstOnly });
      assertClose(one.difference, -(other.difference ?? NaN));
      assertClose(one.lower, -(other.upper ?? NaN));
      assertClose(one.upper, -(other.lower ?? NaN));
      assert.ok(
        (one.lower ?? NaN) <= (one.difference ?? NaN) && (one.upper ?? NaN) >= (one.difference ?? NaN),
      );
      assert.ok((one.lower ?? NaN) >= -1 && (one.upper ?? NaN) <= 1);
    }),
  );
});

test('without pairs it is null, and counts that can’t be are refused', () => {
  const none = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0, confidence: 0.95 };
  assert.deepEqual(pairedProportionDifference(none), {
    difference: null,
    lower: null,
    upper: null,
    reason: 'no pair was compared',
  });
  assert.throws(() => pairedProportionDifference({ ...none, both: -1 }), /at least 0, got -1/);
  assert.throws(() => pairedProportionDifference({ ...none, confidence: 0 }), /confidence/);
});
