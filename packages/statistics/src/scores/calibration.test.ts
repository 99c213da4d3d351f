import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../test/close.ts';
import { calibration } from './calibration.ts';

test('bins and the expected error, by hand', () => {
  // Four at 0.05 of which one is so, two at 0.7 of which both are, four at 1 of which three are.
  const scores = [0.05, 0.05, 0.05, 0.05, 0.7, 0.7, 1, 1, 1, 1];
  const labels = [1, 0, 0, 0, 1, 1, 1, 1, 1, 0];
  const { bins, expectedError, reason } = calibration({ labels, scores });
  assert.deepEqual(
    bins.map(({ from, to, count, share }) => [from, to, count, share]),
    [
      [0, 0.1, 4, 0.25],
      [0.7, 0.8, 2, 1],
      [0.9, 1, 4, 0.75],
    ],
  );
  assertClose(expectedError, (4 * 0.2 + 2 * 0.3 + 4 * 0.25) / 10);
  assert.equal(reason, null);
  // Wilson's interval of 1 in 4.
  assertClose(bins[0]?.lower ?? null, 0.04558726080970055);
  assertClose(bins[0]?.upper ?? null, 0.6993581574175981);
});

test('without labels there is no error; what is no score is refused', () => {
  assert.deepEqual(calibration({ labels: [], scores: [] }), {
    bins: [],
    expectedError: null,
    reason: 'no answer has a label',
  });
  assert.throws(() => calibration({ labels: [1], scores: [1.1] }), RangeError);
  assert.throws(() => calibration({ labels: [2], scores: [1] }), RangeError);
  assert.throws(() => calibration({ labels: [], scores: [1] }), RangeError);
});
