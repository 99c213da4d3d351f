import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { deltaMethodError } from '../../test/delta-method.ts';
import { cohensKappa } from './cohens-kappa.ts';

const confusions = fc.integer({ min: 2, max: 4 }).chain((size) =>
  fc.array(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: size,
  }),
);

test('its standard error is that of the delta method', () => {
  fc.assert(
    fc.property(confusions, (confusion) => {
      const error = deltaMethodError(confusion, (table) => cohensKappa({ confusion: table }).kappa ?? NaN);
      assertClose((cohensKappa({ confusion }).standardError ?? NaN) / error, 1, 1e-5);
    }),
  );
});

test('swapping the sides changes nothing', () => {
  fc.assert(
    fc.property(confusions, (confusion) => {
      const swapped = confusion.map((row, r) => row.map((_, c) => confusion[c]?.[r] ?? 0));
      const [one, other] = [cohensKappa({ confusion }), cohensKappa({ confusion: swapped })];
      assertClose(one.kappa, other.kappa);
      assertClose(one.standardError, other.standardError);
    }),
  );
});

test('a greater confidence has a wider interval', () => {
  const confusion = [
    [45, 5],
    [10, 40],
  ];
  const [wide, narrow] = [0.99, 0.5].map((confidence) => cohensKappa({ confusion, confidence }));
  assert.ok((wide?.lower ?? 0) < (narrow?.lower ?? 0) && (wide?.upper ?? 0) > (narrow?.upper ?? 0));
});

test('without pairs, and with one class only, it is null and says why', () => {
  for (const confusion of [
    [],
    [[0]],
    [
      [0, 0],
      [0, 0],
    ],
  ]) {
    const { kappa, lower, reason } = cohensKappa({ confusion });
    assert.deepEqual([kappa, lower, reason], [null, null, 'no pair was compared']);
  }
  assert.match(cohensKappa({ confusion: [[7]] }).reason ?? '', /the same class/);
  assert.match(
    cohensKappa({
      confusion: [
        [5, 0],
        [0, 5],
      ],
    }).reason ?? '',
    /no interval/,
  );
});

test('a matrix that isn’t one is refused', () => {
  assert.throws(() => cohensKappa({ confusion: [[1, 2]] }), /as many columns as rows/);
  assert.throws(() => cohensKappa({ confusion: [[1, 2], [1]] }), /equally long/);
  assert.throws(
    () =>
      cohensKappa({
        confusion: [
          [1, -2],
          [1, 1],
        ],
      }),
    /at least 0, got -2/,
  );
  assert.throws(
    () =>
      cohensKappa({
        confusion: [
          [1, NaN],
          [1, 1],
        ],
      }),
    /got NaN/,
  );
  assert.throws(() => cohensKappa({ confusion: [[1]], confidence: 95 }), /confidence/);
});
