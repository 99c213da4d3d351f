import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { gammaln } from 'simple-statistics';
import { betaBinomialConfidenceSequence } from './confidence-sequence.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** The definition, as it is written: ln of `B(k+1, n-k+1) / (p^k (1-p)^(n-k))`. */
function logRatio(p: number, k: number, n: number): number {
  const logBeta = gammaln(k + 1) + gammaln(n - k + 1) - gammaln(n + 2);
  return logBeta - k * Math.log(p) - (n - k) * Math.log1p(-p);
}

const shares = fc.double({ min: 0, max: 1, noNaN: true });
const confidences = fc.constantFrom(0.5, 0.9, 0.95, 0.995, 0.99999);

test('before the first trial everything is possible', () => {
  assert.deepEqual(betaBinomialConfidenceSequence({ successes: 0, trials: 0, confidence: 0.95 }), {
    lower: 0,
    upper: 1,
  });
});

test('at an end inside (0, 1) the ratio of the definition is exactly 1 / alpha', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), shares, confidences, (trials, part, confidence) => {
      const successes = part * trials;
      const ends = betaBinomialConfidenceSequence({ successes, trials, confidence });
      for (const end of [ends.lower, ends.upper]) {
        // Nearer to 0 or 1 the definition itself loses its digits in floating point.
        if (end < 1e-6 || end > 1 - 1e-6) continue;
        assert.ok(Math.abs(logRatio(end, successes, trials) + Math.log(1 - confidence)) < 1e-6);
      }
    }),
  );
});

test('the ends hold the share and stay in [0, 1], for any counts, whole or not', () => {
  const trials = fc.oneof(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 100 }));
  fc.assert(
    fc.property(trials, shares, confidences, (trials, part, confidence) => {
      const successes = Math.min(trials, part * trials);
      const { lower, upper } = betaBinomialConfidenceSequence({ successes, trials, confidence });
      const share = successes / trials;
      assert.ok(lower >= 0 && lower <= share && share <= upper && upper <= 1, `${lower} ${share} ${upper}`);
    }),
    { numRuns: 1000 },
  );
});

test('swapping successes and failures mirrors the ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), shares, (trials, part) => {
      const successes = Math.floor(part * trials);
      const ends = betaBinomialConfidenceSequence({ successes, trials, confidence: 0.95 });
      const mirrored = betaBinomialConfidenceSequence({
        successes: trials - successes,
        trials,
        confidence: 0.95,
      });
      assert.ok(Math.abs(ends.lower + mirrored.upper - 1) < 1e-12);
      assert.ok(Math.abs(ends.upper + mirrored.lower - 1) < 1e-12);
    }),
  );
});

test('nothing but successes, or failures, has a closed form', () => {
  const root = (0.05 / 1001) ** (1 / 1000);
  const all = betaBinomialConfidenceSequence({ successes: 1000, trials: 1000, confidence: 0.95 });
  assert.ok(Math.abs(all.lower - root) < 1e-14 && all.upper === 1);
  const none = betaBinomialConfidenceSequence({ successes: 0, trials: 1000, confidence: 0.95 });
  assert.ok(Math.abs(none.upper - (1 - root)) < 1e-14 && none.lower === 0);
});

test('a sum of fractions that ends a rounding above the trials is all of them', () => {
  const sum = 50 + 1e-12;
  assert.deepEqual(
    betaBinomialConfidenceSequence({ successes: sum, trials: 50, confidence: 0.95 }),
    betaBinomialConfidenceSequence({ successes: 50, trials: 50, confidence: 0.95 }),
  );
});

test('counts that cannot be are refused', () => {
  const refused = [
    { successes: 3, trials: 2, confidence: 0.95 },
    { successes: -1, trials: 2, confidence: 0.95 },
    { successes: 1, trials: Infinity, confidence: 0.95 },
    { successes: 1, trials: 2, confidence: 1 },
  ];
  for (const args of refused) assert.throws(() => betaBinomialConfidenceSequence(args), RangeError);
});

test('looked at after every trial it misses the truth in at most 5% of lanes, where Wilson misses it in far more', () => {
  const lanes = 300;
  const looks = 1000;
  const truth = 0.95;
  const next = seededNumbers(20_260_101);
  let missedBySequence = 0;
  let missedByWilson = 0;
  for (let lane = 0; lane < lanes; lane++) {
    let successes = 0;
    let sequenceMisses = false;
    let wilsonMisses = false;
    for (let trials = 1; trials <= looks; trials++) {
      if (next() < truth) successes++;
      const counted = { successes, trials, confidence: 0.95 };
      const sequence = betaBinomialConfidenceSequence(counted);
      if (sequence.lower > truth || sequence.upper < truth) sequenceMisses = true;
      const wilson = wilsonInterval(counted);
      if ((wilson.lower ?? 0) > truth || (wilson.upper ?? 1) < truth) wilsonMisses = true;
    }
    if (sequenceMisses) missedBySequence++;
    if (wilsonMisses) missedByWilson++;
  }
  assert.ok(missedBySequence / lanes <= 0.05, `the sequence missed it in ${missedBySequence} of ${lanes}`);
  assert.ok(missedByWilson / lanes >= 0.2, `Wilson missed it in ${missedByWilson} of ${lanes}`);
});
