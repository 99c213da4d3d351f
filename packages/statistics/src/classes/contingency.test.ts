import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { chiSquareIndependence } from './chi-square-independence.ts';
import { fisherExact } from './fisher-exact.ts';

const small = fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12), fc.nat(12));

/** Fisher's test as it is defined, in whole numbers. */
function enumerated([a, b, c, d]: readonly [number, number, number, number]): number {
  const choose = (n: number, k: number): bigint =>
    k < 0 || k > n
      ? 0n
      : Array.from({ length: k }).reduce<bigint>((sum, _, i) => (sum * BigInt(n - i)) / BigInt(i + 1), 1n);
  const ways = (x: number): bigint => choose(a + b, x) * choose(c + d, a + c - x);
  const all = Array.from({ length: a + c + 1 }, (_, x) => ways(x));
  const extreme = all.filter((each) => each <= ways(a)).reduce((sum, each) => sum + each, 0n);
  return Number((extreme * 10n ** 15n) / all.reduce((sum, each) => sum + each, 0n)) / 1e15;
}

test('Fisher’s test is the enumeration of all tables with the same sums', () => {
  fc.assert(
    fc.property(small, ([a, b, c, d]) => {
      fc.pre(a + b + c + d > 0);
      assertClose(
        fisherExact({
          table: [
            [a, b],
            [c, d],
          ],
        }).pValue,
        enumerated([a, b, c, d]),
        1e-11,
      );
    }),
  );
});

test('the lady who tasted tea: 3 of 4 cups right each way', () => {
  assertClose(
    fisherExact({
      table: [
        [3, 1],
        [1, 3],
      ],
    }).pValue,
    34 / 70,
    1e-13,
  );
});

test('rows and columns without counts are left out of chi-square', () => {
  const table = [
    [12, 5, 7],
    [3, 9, 14],
  ];
  const padded = [
    [12, 0, 5, 7],
    [0, 0, 0, 0],
    [3, 0, 9, 14],
  ];
  assert.deepEqual(chiSquareIndependence({ table: padded }), chiSquareIndependence({ table }));
});

test('chi-square of two by two is n(ad - bc)² over the product of the sums', () => {
  fc.assert(
    fc.property(small, ([a, b, c, d]) => {
      const product = (a + b) * (c + d) * (a + c) * (b + d);
      fc.pre(product > 0);
      const { statistic } = chiSquareIndependence({
        table: [
          [a, b],
          [c, d],
        ],
      });
      assertClose(statistic, ((a + b + c + d) * (a * d - b * c) ** 2) / product, 1e-11);
    }),
  );
});

test('without counts, or with one row, there is nothing to test', () => {
  assert.deepEqual(
    fisherExact({
      table: [
        [0, 0],
        [0, 0],
      ],
    }),
    { pValue: null, reason: 'nothing was counted' },
  );
  assert.equal(chiSquareIndependence({ table: [[0, 0]] }).reason, 'nothing was counted');
  const one = chiSquareIndependence({
    table: [
      [3, 4],
      [0, 0],
    ],
  });
  assert.deepEqual([one.statistic, one.pValue, one.degreesOfFreedom], [null, null, null]);
  assert.match(one.reason ?? '', /one row/);
});

test('tables that aren’t any are refused', () => {
  assert.throws(
    () =>
      fisherExact({
        table: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      }),
    /2 by 2/,
  );
  assert.throws(
    () =>
      fisherExact({
        table: [
          [1.5, 2],
          [1, 2],
        ],
      }),
    /whole numbers/,
  );
  assert.throws(() => chiSquareIndependence({ table: [[1, 2], [3]] }), /equally long/);
});
