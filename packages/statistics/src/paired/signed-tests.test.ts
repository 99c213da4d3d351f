import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { kolmogorovSmirnov } from '../numbers/kolmogorov-smirnov.ts';
import { pairedKolmogorovSmirnov } from './paired-kolmogorov-smirnov.ts';
import { signTest } from './sign-test.ts';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';

test('where 1% of the pairs move across one point, tests of pairs see it, the one for independent samples doesn’t', () => {
  const production = Array.from({ length: 10_000 }, (_, i) =>
    i % 100 === 0 ? 0.4 : i / 10_000 < 0.5 ? 0.2 : 0.8,
  );
  const shadow = production.map((score) => (score === 0.4 ? 0.6 : score));
  const differences = shadow.map((score, place) => score - (production[place] ?? score));
  const blind = kolmogorovSmirnov({ first: production, second: shadow, method: 'asymptotic' });
  assertClose(blind.pValue, 0.7, 0.01);
  assertClose((signTest({ positive: 100, negative: 0 }).pValue ?? 0) * 1e30, 1.6, 0.02);
  assert.ok((wilcoxonSignedRank({ differences }).pValue ?? 1) < 1e-20);
  const paired = pairedKolmogorovSmirnov({ first: production, second: shadow, seed: 1, permutations: 199 });
  assert.deepEqual([paired.statistic, paired.pValue], [0.01, 1 / 200]);
});

test('Darwin’s fifteen pairs of maize plants: the lesser sum of ranks is 24', () => {
  const differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
  assert.equal(wilcoxonSignedRank({ differences }).statistic, 24);
});

test('swapping the sides changes neither, and zero differences are dropped', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 })),
      fc.nat(300),
      fc.nat(300),
      (differences, up, down) => {
        const result = wilcoxonSignedRank({ differences });
        assert.deepEqual(wilcoxonSignedRank({ differences: differences.map((each) => -each) }), result);
        const used = differences.filter((each) => each !== 0);
        if (used.length > 0) assert.deepEqual(wilcoxonSignedRank({ differences: used }), result);
        assert.deepEqual(
          signTest({ positive: up, negative: down }),
          signTest({ positive: down, negative: up }),
        );
      },
    ),
  );
});

test('where no pair differs there is nothing to test', () => {
  assert.deepEqual(signTest({ positive: 0, negative: 0 }), { pValue: null, reason: 'no pair differs' });
  assert.deepEqual(wilcoxonSignedRank({ differences: [0, 0] }).reason, 'no pair differs');
  assert.deepEqual(wilcoxonSignedRank({ differences: [] }).reason, 'no pair was compared');
});
