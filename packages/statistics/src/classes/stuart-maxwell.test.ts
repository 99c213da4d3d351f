import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { bowkerSymmetry } from './bowker-symmetry.ts';
import { stuartMaxwell } from './stuart-maxwell.ts';

const counts = fc.integer({ min: 0, max: 60 });
const confusions = fc.array(fc.array(counts, { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 });

test('of two classes both are McNemar’s statistic', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (b, c) => {
      const confusion = [
        [7, b],
        [c, 9],
      ];
      const expected = (b - c) ** 2 / (b + c);
      assertClose(stuartMaxwell({ confusion }).statistic, expected, 1e-12);
      assertClose(bowkerSymmetry({ confusion }).statistic, expected, 1e-12);
      assert.equal(stuartMaxwell({ confusion }).degreesOfFreedom, 1);
    }),
  );
});

test('neither the order of classes nor swapping the sides changes anything', () => {
  const reordered = (confusion: number[][]): number[][] =>
    [2, 0, 3, 1].map((r) => [2, 0, 3, 1].map((c) => confusion[r]?.[c] ?? 0));
  const swapped = (confusion: number[][]): number[][] =>
    confusion.map((row, r) => row.map((_, c) => confusion[c]?.[r] ?? 0));
  fc.assert(
    fc.property(confusions, (confusion) => {
      for (const compute of [stuartMaxwell, bowkerSymmetry]) {
        const { statistic, degreesOfFreedom } = compute({ confusion });
        for (const other of [reordered(confusion), swapped(confusion)]) {
          const again = compute({ confusion: other });
          assert.equal(again.degreesOfFreedom, degreesOfFreedom);
          if (statistic !== null) assertClose(again.statistic, statistic, 1e-9);
        }
      }
    }),
  );
});

test('classes on which all agree, and groups that are never confused, bring no degree of freedom', () => {
  const confusion = [
    [20, 5, 3, 0, 0, 0],
    [3, 30, 7, 0, 0, 0],
    [1, 2, 32, 0, 0, 0],
    [0, 0, 0, 40, 0, 0],
    [0, 0, 0, 0, 9, 4],
    [0, 0, 0, 0, 10, 9],
  ];
  const first = stuartMaxwell({ confusion: confusion.slice(0, 3).map((row) => row.slice(0, 3)) });
  const all = stuartMaxwell({ confusion });
  assert.equal(all.degreesOfFreedom, 3);
  assertClose(all.statistic, (first.statistic ?? NaN) + 36 / 14, 1e-12);
});

test('Bowker’s test has a degree of freedom for every two classes that were ever confused', () => {
  const confusion = [
    [20, 5, 0],
    [3, 30, 0],
    [0, 0, 9],
  ];
  assert.equal(bowkerSymmetry({ confusion }).degreesOfFreedom, 1);
});

test('where no pair differs there is nothing to test', () => {
  for (const compute of [stuartMaxwell, bowkerSymmetry]) {
    assert.deepEqual(
      compute({
        confusion: [
          [5, 0],
          [0, 7],
        ],
      }),
      {
        statistic: null,
        degreesOfFreedom: null,
        pValue: null,
        reason: 'undefined: every pair agrees',
      },
    );
    assert.equal(compute({ confusion: [] }).reason, 'no pair was compared');
  }
});
