import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { concordance } from './concordance.ts';
import type { PairsArgs } from './correlation.ts';
import { pearson } from './pearson.ts';
import { spearman } from './spearman.ts';

const any = fc.double({ noNaN: true, noDefaultInfinity: true });
const pairs = fc
  .array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), { minLength: 3 })
  .map((rows) => ({ x: rows.map(([x]) => x), y: rows.map(([, y]) => y) }));

test('Anscombe’s first quartet', () => {
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  assertClose(pearson({ x, y }).coefficient, 0.81642, 1e-5);
  assertClose(pearson({ x, y }).pValue, 0.00217, 1e-5);
});

test('whatever grows with x has the ranks of x', () => {
  const x = [3, -1, 4, 1, -5, 9, 2.5];
  assertClose(spearman({ x, y: x.map(Math.exp) }).coefficient, 1);
  assertClose(spearman({ x, y: x.map((each) => -each) }).coefficient, -1);
});

test('concordance is 1 on the line of equal values only: a shift and a factor count', () => {
  const x = [1, 2, 3, 4, 5];
  const shifted = x.map((each) => each + 2);
  assertClose(concordance({ x, y: x }).coefficient, 1);
  assertClose(pearson({ x, y: shifted }).coefficient, 1);
  // 2 · 2 / (2 + 2 + 2²)
  assertClose(concordance({ x, y: shifted }).coefficient, 0.5);
  assert.equal(concordance({ x, y: [7, 7, 7, 7, 7] }).coefficient, 0);
});

test('a perfect correlation is one whichever side is which, and at any size', () => {
  const x = [1, 4, 1];
  for (const y of [
    [-1, 0, -1],
    [-1e-200, 0, -1e-200],
    [-1e300, 1e300, -1e300],
  ]) {
    const { coefficient, pValue } = pearson({ x, y });
    assertClose(coefficient, 1);
    assert.ok(pValue !== null && pValue < 1e-7);
    assert.deepEqual(pearson({ x: y, y: x }), { coefficient, pValue, reason: null });
  }
});

test('swapping the sides changes nothing, negating one of them negates', () => {
  fc.assert(
    fc.property(pairs, ({ x, y }) => {
      for (const compute of [pearson, spearman, concordance] as const) {
        const { coefficient } = compute({ x, y });
        const swapped = compute({ x: y, y: x }).coefficient;
        assert.equal(swapped, coefficient);
        const negated = pearson({ x: x.map((each) => -each), y }).coefficient;
        if (compute === pearson && coefficient !== null) assertClose(negated, -coefficient);
      }
    }),
  );
});

test('where it is undefined it is null and says why', () => {
  const constant = { x: [0.1, 0.1, 0.1], y: [1, 2, 3] };
  assert.match(pearson(constant).reason ?? '', /one and the same value/);
  assert.match(spearman({ x: constant.y, y: constant.x }).reason ?? '', /one and the same value/);
  assert.deepEqual(pearson({ x: [1], y: [2] }).reason, 'there are fewer than two pairs');
  const two = pearson({ x: [1, 2], y: [3, 1] });
  assertClose(two.coefficient, -1);
  assert.deepEqual([two.pValue, two.reason], [null, 'no test: two points always lie on a line']);
  assert.deepEqual(concordance({ x: [], y: [] }).reason, 'no pair was compared');
  assert.match(concordance({ x: [2, 2], y: [2, 2] }).reason ?? '', /one and the same/);
});

test('no pairs of numbers whatever give NaN, and null always has a reason', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(any, any)), (rows) => {
      const args: PairsArgs = { x: rows.map(([x]) => x), y: rows.map(([, y]) => y) };
      for (const compute of [pearson, spearman, concordance]) {
        const { reason, ...values } = compute(args);
        assert.ok(!Object.values(values).some(Number.isNaN));
        assert.equal(Object.values(values).includes(null), reason !== null);
      }
    }),
    { numRuns: 300 },
  );
});
