import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';

function averagesOf(differences: readonly number[]): number[] {
  return differences
    .flatMap((one, i) => differences.slice(i).map((other) => one / 2 + other / 2))
    .sort((a, b) => a - b);
}

const differences = fc.array(
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e300, max: 1e300, noNaN: true })),
  { minLength: 1, maxLength: 40 },
);

test('it is the median of all Walsh averages, and the interval ends are among them', () => {
  fc.assert(
    fc.property(differences, (all) => {
      const averages = averagesOf(all);
      const middle = [Math.ceil(averages.length / 2) - 1, Math.floor(averages.length / 2)];
      const [low = NaN, high = NaN] = middle.map((place) => averages[place]);
      const { estimate, lower, upper, reason } = hodgesLehmann({ differences: all });
      assert.ok(estimate === low / 2 + high / 2);
      assert.equal(reason === null, all.length >= 6);
      if (lower === null || upper === null) return;
      assert.ok(averages.includes(lower) && averages.includes(upper));
      assert.equal(averages.indexOf(lower) <= (middle[0] ?? NaN), true);
      assert.ok(lower <= estimate && estimate <= upper);
    }),
  );
});

test('swapping the sides negates it, interval and all', () => {
  fc.assert(
    fc.property(differences, (all) => {
      const one = hodgesLehmann({ differences: all });
      const other = hodgesLehmann({ differences: all.map((each) => -each) });
      assert.ok(one.estimate === -(other.estimate ?? NaN));
      if (one.lower === null) assert.equal(other.upper, null);
      else assert.ok(one.lower === -(other.upper ?? NaN) && one.upper === -(other.lower ?? NaN));
    }),
  );
});

test('a shift moves it', () => {
  const all = [0.5, -1, 3, 2, 8, -0.25, 1];
  const moved = hodgesLehmann({ differences: all.map((each) => each + 4) });
  const still = hodgesLehmann({ differences: all });
  assertClose(moved.estimate, (still.estimate ?? NaN) + 4);
  assertClose(moved.lower, (still.lower ?? NaN) + 4);
  assertClose(moved.upper, (still.upper ?? NaN) + 4);
});

test('its interval covers about as often as it says, by the exact distribution of signed ranks', () => {
  // The interval from the k-th least average to the k-th greatest misses where a sum of ranks is below k.
  for (const n of [6, 7, 8, 10, 15, 20, 40]) {
    let ways = [1];
    for (let rank = 1; rank <= n; rank++) {
      const before = ways;
      ways = Array.from(
        { length: before.length + rank },
        (_, sum) => (before[sum] ?? 0) + (before[sum - rank] ?? 0),
      );
    }
    // Sums of two powers of two tell which two they are, so the averages are all different.
    const averages = averagesOf(Array.from({ length: n }, (_, i) => 2 ** i));
    const { lower } = hodgesLehmann({ differences: Array.from({ length: n }, (_, i) => 2 ** i) });
    const below = averages.indexOf(lower ?? NaN) + 1;
    const missed = (2 * ways.slice(0, below).reduce((sum, each) => sum + each, 0)) / 2 ** n;
    assert.ok(missed < 0.052 && missed > 0.02, `${n} pairs: ${missed}`);
  }
});

test('ten thousand pairs, and a great many equal ones', () => {
  const all = Array.from({ length: 10_000 }, (_, i) => (i % 100 === 0 ? i : 0));
  assert.equal(hodgesLehmann({ differences: all }).estimate, 0);
  const rising = Array.from({ length: 10_001 }, (_, i) => i);
  assert.equal(hodgesLehmann({ differences: rising }).estimate, 5_000);
});

test('without pairs it is null, with few it has no interval', () => {
  assert.deepEqual(hodgesLehmann({ differences: [] }).reason, 'no pair was compared');
  const few = hodgesLehmann({ differences: [1, 2, 3, 4, 5] });
  assert.deepEqual([few.estimate, few.lower, few.upper], [3, null, null]);
  assert.match(few.reason ?? '', /5 pairs are too few/);
});
