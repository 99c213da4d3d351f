import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NumberPair } from '@understudy/schemas-avro';
import { concordance } from '@understudy/statistics';
import fc from 'fast-check';
import { concordanceOf, meanDifferenceOf, rangeLimit } from './fixed-point-sums.ts';
import { NumberCounts } from './number-counts.ts';
import { saltedRank } from './salted-rank.ts';

const sampleSize = 8;
const numbers = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 0.1, 1e-7, -3, 1e15, 1e300),
);

function pairOf(id: number, production: number, shadow: number): NumberPair {
  return { rank: saltedRank('test', `${id}`), production, shadow, within: Math.abs(production - shadow) < 1 };
}

function countsOf(pairs: readonly NumberPair[]): NumberCounts {
  const counts = new NumberCounts(sampleSize);
  for (const pair of pairs) counts.count(pair);
  return counts;
}

test('the same pairs give the same record in any order, however split and merged', () => {
  const rows = fc.array(fc.tuple(numbers, numbers, fc.nat(2), fc.nat()), { maxLength: 80 });
  fc.assert(
    fc.property(rows, (given) => {
      const all = given.map(([production, shadow, part, place], id) => ({
        pair: pairOf(id, production, shadow),
        part,
        place,
      }));
      const whole = countsOf(all.map(({ pair }) => pair)).toRecord();
      assert.equal(whole.within + whole.higher + whole.lower, given.length);
      const inRange = all.filter(
        ({ pair }) => Math.max(Math.abs(pair.production), Math.abs(pair.shadow)) < rangeLimit,
      );
      assert.equal(whole.outOfRange, given.length - inRange.length);
      const least = inRange.map(({ pair }) => pair).toSorted((a, b) => a.rank - b.rank);
      assert.deepEqual(whole.sample, least.slice(0, sampleSize));
      const shuffled = all.toSorted((a, b) => a.place - b.place);
      const merged = new NumberCounts(sampleSize);
      for (const each of [2, 0, 1]) {
        const own = shuffled.filter(({ part }) => part === each);
        merged.add(countsOf(own.map(({ pair }) => pair)).toRecord());
      }
      assert.deepEqual(merged.toRecord(), whole);
    }),
  );
});

test('pairs are counted by sign, those within tolerance in neither', () => {
  const pairs = [pairOf(1, 10, 12), pairOf(2, 10, 10.5), pairOf(3, 10, 4), pairOf(4, 1e300, -1e300)];
  const { within, higher, lower, outOfRange, sample } = countsOf(pairs).toRecord();
  assert.deepEqual([within, higher, lower, outOfRange, sample.length], [1, 1, 2, 1, 3]);
});

test('the exact sums give the concordance and the means of the pairs', () => {
  const values = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(values, values), { minLength: 2, maxLength: 40 }), (given) => {
      const { moments } = countsOf(
        given.map(([production, shadow], id) => pairOf(id, production, shadow)),
      ).toRecord();
      const [x, y] = [given.map(([production]) => production), given.map(([, shadow]) => shadow)];
      const expected = concordance({ x, y }).coefficient;
      const found = concordanceOf(moments, given.length);
      const isConstant = [...x, ...y].every((value) => Math.abs(value - (x[0] ?? 0)) < 1e-6);
      if (!isConstant) assert.ok(Math.abs((expected ?? NaN) - (found ?? NaN)) < 1e-6, `${expected} ${found}`);
      const mean = given.reduce((sum, [production, shadow]) => sum + (shadow - production), 0) / given.length;
      assert.ok(Math.abs(meanDifferenceOf(moments, given.length) - mean) < 1e-6);
    }),
  );
});

test('a mean in which floating point would lose every digit is exact', () => {
  const given = [1e17, 1, -1e17].map((shadow, id) => pairOf(id, 0, shadow));
  assert.equal(meanDifferenceOf(countsOf(given).toRecord().moments, 3), 1 / 3);
});

test('where all values of both sides are the same there is no concordance', () => {
  const { moments } = countsOf([pairOf(1, 7.1, 7.1), pairOf(2, 7.1, 7.1)]).toRecord();
  assert.equal(concordanceOf(moments, 2), null);
});
