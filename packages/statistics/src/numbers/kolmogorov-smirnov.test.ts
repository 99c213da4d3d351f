import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';

/** As it is defined: the greatest distance at any value. */
function distance(first: readonly number[], second: readonly number[]): number {
  const share = (values: readonly number[], limit: number): number =>
    values.filter((value) => value <= limit).length / values.length;
  return Math.max(
    ...[...first, ...second].map((limit) => Math.abs(share(first, limit) - share(second, limit))),
  );
}

/** The share of all splits of the pooled values that are at least as far apart. */
function enumerated(first: readonly number[], second: readonly number[]): number {
  const pooled = [...first, ...second];
  const observed = distance(first, second);
  let [splits, asFar] = [0, 0];
  for (let chosen = 0; chosen < 2 ** pooled.length; chosen++) {
    const sides = Map.groupBy(pooled.keys(), (place) => (chosen >> place) & 1);
    if ((sides.get(1)?.length ?? 0) !== first.length) continue;
    splits += 1;
    const values = (side: number): number[] => (sides.get(side) ?? []).map((place) => pooled[place] ?? NaN);
    if (distance(values(1), values(0)) >= observed - 1e-9) asFar += 1;
  }
  return asFar / splits;
}

const tied = (maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength });
const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });

test('exact p values, with ties too, are those of all splits', () => {
  fc.assert(
    fc.property(tied(5), tied(4), (first, second) => {
      const { statistic, pValue } = kolmogorovSmirnov({ first, second, method: 'exact' });
      assertClose(statistic, distance(first, second));
      assertClose(pValue, enumerated(first, second));
    }),
    { numRuns: 60 },
  );
});

test('two samples that don’t overlap have the least p value there is: 2 of all splits', () => {
  // 2 / C(2n, n), by Stirling's series.
  const n = 400;
  const first = Array.from({ length: n }, (_, i) => i);
  const { pValue } = kolmogorovSmirnov({ first, second: first.map((i) => i + n), method: 'exact' });
  const logSplits = 2 * n * Math.log(2) - Math.log(Math.PI * n) / 2 - 1 / (8 * n) + 1 / (192 * n ** 3);
  assertClose((pValue ?? 0) / (2 * Math.exp(-logSplits)), 1, 1e-9);
});

test('swapping the sides changes nothing', () => {
  fc.assert(
    fc.property(numbers, numbers, fc.constantFrom('asymptotic', 'exact'), (first, second, method) => {
      const [one, other] = [
        kolmogorovSmirnov({ first, second, method }),
        kolmogorovSmirnov({ first: second, second: first, method }),
      ];
      assert.equal(one.statistic, other.statistic);
      assertClose(one.pValue, other.pValue);
    }),
  );
});

test('without values on a side it is null', () => {
  for (const [first, second] of [
    [[], [1]],
    [[1], []],
    [[], []],
  ] as const) {
    const { statistic, pValue, reason } = kolmogorovSmirnov({ first, second, method: 'asymptotic' });
    assert.deepEqual([statistic, pValue, reason], [null, null, 'a side has no values']);
  }
});

test('an exact p value of too many values is refused, its distance is not', () => {
  const many = Array.from({ length: 10_001 }, (_, i) => i);
  const { statistic, pValue, reason } = kolmogorovSmirnov({ first: many, second: many, method: 'exact' });
  assert.deepEqual([statistic, pValue], [0, null]);
  assert.match(reason ?? '', /10001 × 10001 values: take the asymptotic one/);
});

test('values that aren’t known are refused', () => {
  assert.throws(
    () => kolmogorovSmirnov({ first: [1, NaN], second: [1], method: 'exact' }),
    /finite numbers, got NaN at place 1/,
  );
});
