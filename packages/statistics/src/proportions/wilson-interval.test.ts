import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wilsonInterval } from './wilson-interval.ts';

test('without trials both ends are undefined', () => {
  assert.deepEqual(wilsonInterval({ successes: 0, trials: 0, confidence: 0.95 }), {
    lower: null,
    upper: null,
  });
});

test('no success and nothing but successes end exactly at 0 and 1', () => {
  assert.equal(wilsonInterval({ successes: 0, trials: 7, confidence: 0.95 }).lower, 0);
  assert.equal(wilsonInterval({ successes: 7, trials: 7, confidence: 0.95 }).upper, 1);
});

test('a small share keeps its digits', () => {
  const { lower } = wilsonInterval({ successes: 1, trials: 1e9, confidence: 0.95 });
  // 1 / (1 + z²/2 + z √(1 + z²/4)) of a billionth, the limit for rare successes.
  const z = 1.959963984540054;
  const limit = 1e-9 / (1 + (z * z) / 2 + z * Math.sqrt(1 + (z * z) / 4));
  assert.ok(lower !== null && Math.abs(lower / limit - 1) < 1e-8);
});

test('the ends hold the share, stay in [0, 1], and are those of the failures mirrored', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.double({ min: 0, max: 1, noNaN: true }), (more, part) => {
      const trials = 1 + more;
      const successes = Math.floor(part * trials);
      const { lower, upper } = wilsonInterval({ successes, trials, confidence: 0.99 });
      const mirrored = wilsonInterval({ successes: trials - successes, trials, confidence: 0.99 });
      assert.ok(lower !== null && upper !== null && mirrored.lower !== null && mirrored.upper !== null);
      assert.ok(lower >= 0 && lower <= successes / trials && successes / trials <= upper && upper <= 1);
      assert.ok(Math.abs(lower + mirrored.upper - 1) < 1e-12 && Math.abs(upper + mirrored.lower - 1) < 1e-12);
    }),
  );
});

test('counts that cannot be are refused, saying which', () => {
  const refused = [
    [{ successes: 2, trials: 1, confidence: 0.95 }, /successes must be between 0 and trials \(1\), got 2/],
    [{ successes: Number.NaN, trials: 1, confidence: 0.95 }, /successes must be .* got NaN/],
    [{ successes: 0, trials: -1, confidence: 0.95 }, /trials must be .* got -1/],
    [{ successes: 0, trials: 1, confidence: 95 }, /confidence must be strictly between 0 and 1/],
  ] as const;
  for (const [args, message] of refused)
    assert.throws(() => wilsonInterval(args), { name: 'RangeError', message });
});
