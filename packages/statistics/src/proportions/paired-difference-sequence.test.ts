import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { betaBinomialConfidenceSequence } from './confidence-sequence.ts';
import { pairedDifferenceSequence } from './paired-difference-sequence.ts';

const confidence = 0.95;

test('it is the lower end of the one side less the upper end of the other, each at half of alpha', () => {
  const [first, second] = [40, 15].map((successes) =>
    betaBinomialConfidenceSequence({ successes, trials: 2_000, confidence: 0.975 }),
  );
  const { difference, lower, upper, reason } = pairedDifferenceSequence({
    firstOnly: 40,
    secondOnly: 15,
    missing: 0,
    pairs: 2_000,
    confidence,
  });
  assertClose(difference, 25 / 2_000);
  assertClose(lower, (first?.lower ?? NaN) - (second?.upper ?? NaN));
  assertClose(upper, (first?.upper ?? NaN) - (second?.lower ?? NaN));
  assert.equal(reason, null);
});

const counts = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(300), fc.nat(3000));

test('swapping the sides negates it, interval and all', () => {
  fc.assert(
    fc.property(counts, ([one, other, missing, rest]) => {
      const args = { missing, pairs: one + other + missing + rest, confidence };
      const given = pairedDifferenceSequence({ ...args, firstOnly: one, secondOnly: other });
      const swapped = pairedDifferenceSequence({ ...args, firstOnly: other, secondOnly: one });
      assertClose(given.lower, -swapped.upper);
      assertClose(given.upper, -swapped.lower);
      if (given.difference === null) assert.equal(swapped.difference, null);
      else assertClose(given.difference, -(swapped.difference ?? NaN));
    }),
  );
});

test('whatever the missing answers turn out to be, the difference over all pairs lies within what was said', () => {
  fc.assert(
    fc.property(counts, fc.nat(300), fc.nat(300), ([one, other, missing, rest], toFirst, toSecond) => {
      const pairs = one + other + missing + rest;
      fc.pre(pairs > 0);
      const before = pairedDifferenceSequence({
        firstOnly: one,
        secondOnly: other,
        missing,
        pairs,
        confidence,
      });
      const firstOnly = one + Math.min(toFirst, missing);
      const secondOnly = other + Math.min(toSecond, missing - (firstOnly - one));
      const after = pairedDifferenceSequence({ firstOnly, secondOnly, missing: 0, pairs, confidence });
      assert.ok(before.lower <= (after.difference ?? NaN) && (after.difference ?? NaN) <= before.upper);
    }),
  );
});

test('looked at after every pair it misses the truth in at most 5% of lanes', () => {
  const next = seededNumbers(20_260_104);
  const lanes = 200;
  let missed = 0;
  for (let lane = 0; lane < lanes; lane++) {
    let [firstOnly, secondOnly, misses] = [0, 0, false];
    for (let pairs = 1; pairs <= 500; pairs++) {
      const drawn = next();
      if (drawn < 0.1) firstOnly += 1;
      else if (drawn < 0.13) secondOnly += 1;
      const { lower, upper } = pairedDifferenceSequence({
        firstOnly,
        secondOnly,
        missing: 0,
        pairs,
        confidence,
      });
      if (lower > 0.07 || upper < 0.07) misses = true;
    }
    if (misses) missed += 1;
  }
  assert.ok(missed / lanes <= 0.05, `${missed} of ${lanes}`);
});

test('without a pair that is known the difference is null and everything is possible', () => {
  const none = pairedDifferenceSequence({ firstOnly: 0, secondOnly: 0, missing: 0, pairs: 0, confidence });
  assert.deepEqual([none.difference, none.lower, none.upper], [null, -1, 1]);
  assert.match(none.reason ?? '', /known on both sides/);
  assert.throws(
    () => pairedDifferenceSequence({ firstOnly: 3, secondOnly: 3, missing: 0, pairs: 5, confidence }),
    /at most all \(5\)/,
  );
});
