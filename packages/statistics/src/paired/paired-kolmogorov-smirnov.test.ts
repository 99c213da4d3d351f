import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { pairedKolmogorovSmirnov } from './paired-kolmogorov-smirnov.ts';

type Pair = readonly [number, number];

const value = fc.integer({ min: 0, max: 6 });
const pairLists = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 });

function result(pairs: readonly Pair[], permutations = 199): ReturnType<typeof pairedKolmogorovSmirnov> {
  return pairedKolmogorovSmirnov({
    first: pairs.map(([first]) => first),
    second: pairs.map(([, second]) => second),
    seed: 7,
    permutations,
  });
}

function distance(pairs: readonly Pair[]): number {
  const upTo = (side: 0 | 1, limit: number): number => pairs.filter((pair) => pair[side] <= limit).length;
  return Math.max(...pairs.flat().map((limit) => Math.abs(upTo(0, limit) - upTo(1, limit)))) / pairs.length;
}

test('neither swapping the sides nor the order of pairs changes anything, to the last bit', () => {
  fc.assert(
    fc.property(pairLists, (pairs) => {
      const swapped = pairs.map(([first, second]): Pair => [second, first]);
      assert.deepEqual(result(swapped), result(pairs));
      assert.deepEqual(result(pairs.toReversed()), result(pairs));
    }),
  );
});

test('its distance is the greatest of the distribution functions', () => {
  fc.assert(fc.property(pairLists, (pairs) => assert.equal(result(pairs, 1).statistic, distance(pairs))));
});

test('its p value is near that of all swaps there are', () => {
  const pairs: readonly Pair[] = [
    [1, 4],
    [2, 5],
    [3, 4],
    [6, 7],
    [1, 1],
    [4, 8],
    [3, 5],
    [2, 9],
    [0, 2],
    [7, 6],
  ];
  const observed = distance(pairs);
  let asFar = 0;
  for (let swaps = 0; swaps < 2 ** pairs.length; swaps++) {
    const swapped = pairs.map(([a, b], place): Pair => (((swaps >> place) & 1) === 1 ? [b, a] : [a, b]));
    if (distance(swapped) >= observed - 1e-12) asFar += 1;
  }
  const exact = asFar / 2 ** pairs.length;
  const permutations = 9_999;
  const { pValue } = result(pairs, permutations);
  assert.ok(exact > 0.02 && exact < 0.5, `${exact}`);
  assert.ok(Math.abs((pValue ?? NaN) - exact) < 4 * Math.sqrt((exact * (1 - exact)) / permutations));
});

test('without a difference between the sides it is below 5% in at most about 5% of lanes', () => {
  const next = seededNumbers(20_260_103);
  const lanes = 300;
  let below = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const pairs = Array.from({ length: 40 }, (): Pair => {
      const common = next();
      return [common + next() / 5, common + next() / 5];
    });
    if ((result(pairs, 99).pValue ?? 1) <= 0.05) below += 1;
  }
  assert.ok(below / lanes <= 0.09, `${below} of ${lanes}`);
});

test('no pairs give null, pairs that are equal p = 1', () => {
  const none = result([]);
  assert.deepEqual([none.statistic, none.pValue, none.reason], [null, null, 'no pair was compared']);
  const same = result([
    [1, 1],
    [2, 2],
  ]);
  assert.deepEqual([same.statistic, same.pValue, same.permutations], [0, 1, 199]);
});

test('what can’t be is refused', () => {
  assert.throws(() => pairedKolmogorovSmirnov({ first: [1], second: [], seed: 1 }), /as many values on both/);
  assert.throws(() => result([[1, 2]], 0), /permutations must be/);
});
