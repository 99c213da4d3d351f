import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { binomialProbability } from './binomial-probability.ts';
import { binomialLowerTail } from './binomial-tail.ts';
import { fairCoinPValue } from './fair-coin.ts';

test('probabilities are those of Pascal’s triangle', () => {
  let row = [1n];
  for (let trials = 0; trials <= 70; trials++) {
    for (const [successes, paths] of row.entries()) {
      const exact = Number(paths) / 2 ** trials;
      assertClose(binomialProbability({ successes, trials, chance: 0.5 }) / exact, 1, 1e-12);
    }
    row = [1n, ...row.slice(1).map((paths, place) => paths + (row[place] ?? 0n)), 1n];
  }
});

test('a tail is the sum of its probabilities', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 1e-3, max: 0.999, noNaN: true }),
      fc.nat(200),
      (trials, chance, most) => {
        const last = Math.min(most, trials);
        let sum = 0;
        for (let successes = 0; successes <= last; successes++)
          sum += binomialProbability({ successes, trials, chance });
        assertClose(binomialLowerTail({ successes: last, trials, chance }), sum, 1e-11);
      },
    ),
  );
});

test('a chance of 0 or 1 is certain', () => {
  assertClose(binomialProbability({ successes: 0, trials: 9, chance: 0 }), 1);
  assertClose(binomialProbability({ successes: 1, trials: 9, chance: 0 }), 0);
  assertClose(binomialProbability({ successes: 9, trials: 9, chance: 1 }), 1);
  assertClose(binomialLowerTail({ successes: -1, trials: 9, chance: 0.5 }), 0);
});

test('nothing but heads is as likely as halving so often, and nothing but tails', () => {
  for (const throws of [1, 10, 100, 1000])
    assertClose(fairCoinPValue(throws, 0) * 2 ** (throws - 1), 1, 1e-11);
});
