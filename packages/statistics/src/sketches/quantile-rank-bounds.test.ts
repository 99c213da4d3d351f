import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { binomialProbability } from '../distributions/binomial-probability.ts';
import { quantileRankBounds } from './quantile-rank-bounds.ts';

const p99 = { quantile: 0.99, confidence: 0.95 } as const;

test('the median of ten lies between the second and the ninth, in 97.9% of samples', () => {
  const { lower, upper } = quantileRankBounds({ count: 10, quantile: 0.5, confidence: 0.95, looks: 'once' });
  assert.deepEqual([lower, upper], [1, 8]);
});

test('for one look p99 needs 500 values', () => {
  const at = (count: number): ReturnType<typeof quantileRankBounds> =>
    quantileRankBounds({ ...p99, count, looks: 'once' });
  assert.deepEqual([at(499).lower, at(499).upper], [null, null]);
  assert.match(at(499).reason ?? '', /fewer than 5 of 499 values/);
  assert.equal(at(500).reason, null);
  assert.ok((at(500).lower ?? 500) < 495 && (at(500).upper ?? 0) > 495);
});

test('looked at all the time, p99 has no upper bound under 984 values', () => {
  const at = (count: number): ReturnType<typeof quantileRankBounds> =>
    quantileRankBounds({ ...p99, count, looks: 'always' });
  assert.equal(at(983).upper, null);
  assert.match(at(983).reason ?? '', /no upper bound: 983/);
  assert.deepEqual([at(984).upper, at(984).reason], [983, null]);
  assert.deepEqual(at(0), {
    lower: null,
    upper: null,
    reason: 'no bounds: 0 values are too few for this quantile and confidence',
  });
});

test('for one look both bounds are the closest that miss no oftener than they say', () => {
  const quantiles = fc.double({ min: 0.05, max: 0.95, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 400 }), quantiles, (count, quantile) => {
      const { lower, upper } = quantileRankBounds({ count, quantile, confidence: 0.95, looks: 'once' });
      const atMost = (successes: number): number => {
        let sum = 0;
        for (let k = 0; k <= successes; k++)
          sum += binomialProbability({ successes: k, trials: count, chance: quantile });
        return sum;
      };
      // The value of rank r is above the quantile where at most r values are below it.
      const tail = 0.025;
      if (lower === null) assert.ok(atMost(0) > tail);
      else assert.ok(atMost(lower) <= tail + 1e-12 && atMost(lower + 1) > tail - 1e-12);
      if (upper === null) assert.ok(1 - atMost(count - 1) > tail);
      else assert.ok(1 - atMost(upper) <= tail + 1e-12 && 1 - atMost(upper - 1) > tail - 1e-12);
    }),
    { numRuns: 50 },
  );
});

test('a quantile and its mirror have mirrored ranks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 5000 }),
      fc.constantFrom(1 / 8, 1 / 4, 1 / 2),
      fc.constantFrom('once', 'always'),
      (count, quantile, looks) => {
        const one = quantileRankBounds({ count, quantile, confidence: 0.95, looks });
        const other = quantileRankBounds({ count, quantile: 1 - quantile, confidence: 0.95, looks });
        assert.equal(one.lower, other.upper === null ? null : count - 1 - other.upper);
      },
    ),
  );
});

test('looked at after every value, the bounds miss the median in at most 5% of lanes', () => {
  const next = seededNumbers(20_260_108);
  const lanes = 200;
  let missed = 0;
  for (let lane = 0; lane < lanes; lane++) {
    let [below, misses] = [0, false];
    for (let count = 1; count <= 300; count++) {
      if (next() < 0.5) below += 1;
      const { lower, upper } = quantileRankBounds({
        count,
        quantile: 0.5,
        confidence: 0.95,
        looks: 'always',
      });
      // The value of rank r is above the median where at most r values are below it.
      if ((lower !== null && below <= lower) || (upper !== null && below > upper)) misses = true;
    }
    if (misses) missed += 1;
  }
  assert.ok(missed / lanes <= 0.05, `${missed} of ${lanes}`);
});

test('what can’t be is refused', () => {
  assert.throws(() => quantileRankBounds({ ...p99, count: 1.5, looks: 'once' }), RangeError);
  assert.throws(() => quantileRankBounds({ ...p99, count: 5, quantile: 99, looks: 'once' }), RangeError);
});
