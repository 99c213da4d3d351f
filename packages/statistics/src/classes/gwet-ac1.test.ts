import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { deltaMethodError } from '../../test/delta-method.ts';
import { cohensKappa } from './cohens-kappa.ts';
import { gwetAC1 } from './gwet-ac1.ts';

const counts = fc.integer({ min: 1, max: 500 });
const confusions = fc.array(fc.array(counts, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 });

test('its standard error is that of the delta method', () => {
  fc.assert(
    fc.property(confusions, (confusion) => {
      const error = deltaMethodError(confusion, (table) => gwetAC1({ confusion: table }).ac1 ?? NaN);
      assertClose((gwetAC1({ confusion }).standardError ?? NaN) / error, 1, 1e-5);
    }),
  );
});

test('where nearly all answers are one class, it stays near the agreement, and kappa doesn’t', () => {
  const confusion = [
    [118, 5],
    [2, 0],
  ];
  assert.ok((gwetAC1({ confusion }).ac1 ?? 0) > 0.94);
  assert.ok((cohensKappa({ confusion }).kappa ?? 1) < 0);
});

test('a class that nobody gave counts as one that could have been given', () => {
  const two =
    gwetAC1({
      confusion: [
        [90, 5],
        [5, 0],
      ],
    }).ac1 ?? 0;
  const three =
    gwetAC1({
      confusion: [
        [90, 5, 0],
        [5, 0, 0],
        [0, 0, 0],
      ],
    }).ac1 ?? 0;
  assert.ok(three > two);
});

test('one class that all give agrees beyond chance where there is another, without an interval', () => {
  const { ac1, lower, reason } = gwetAC1({
    confusion: [
      [50, 0],
      [0, 0],
    ],
  });
  assert.deepEqual([ac1, lower], [1, null]);
  assert.match(reason ?? '', /no interval/);
});

test('without pairs, and with one class only, it is null and says why', () => {
  assert.deepEqual(
    gwetAC1({
      confusion: [
        [0, 0],
        [0, 0],
      ],
    }).reason,
    'no pair was compared',
  );
  assert.deepEqual(gwetAC1({ confusion: [[50]] }).reason, 'undefined: there is one class only');
});
