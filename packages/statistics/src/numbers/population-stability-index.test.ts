import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { populationStabilityIndex } from './population-stability-index.ts';

const confidence = 0.95;
const values = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });

test('by hand, with an edge belonging to the bin above it', () => {
  const { psi, critical, bins } = populationStabilityIndex({
    reference: [0, 0, 0, 1],
    current: [0, 1, 1, 1],
    edges: [1],
    confidence,
  });
  assertClose(psi, (2 * Math.log(3)) / 2);
  assertClose(critical, 3.841458820694124 / 2);
  assert.equal(bins, 2);
});

test('bins that lack values of a side are merged with the next, the last with the one before', () => {
  const merged = populationStabilityIndex({
    reference: [1, 1, 3, 3, 3, 3],
    current: [2, 3, 3, 4, 4],
    edges: [2, 3, 4, 5],
    confidence,
  });
  // Up to 2: 2 and 1; 3 and above: 4 and 4.
  assert.equal(merged.bins, 2);
  assertClose(merged.psi, (1 / 5 - 1 / 3) * Math.log(3 / 5) + (4 / 5 - 2 / 3) * Math.log(6 / 5));
});

test('no value is lost in merging, and swapping the sides changes nothing', () => {
  const edges = [1, 2, 3, 5, 8];
  fc.assert(
    fc.property(values, values, (reference, current) => {
      const one = populationStabilityIndex({ reference, current, edges, confidence });
      const other = populationStabilityIndex({ reference: current, current: reference, edges, confidence });
      assert.equal(one.reason, other.reason);
      assert.equal(one.bins, other.bins);
      if (one.psi === null) return;
      assert.ok(one.psi >= 0 && (one.critical ?? 0) > 0);
      assertClose(other.psi, one.psi);
    }),
  );
});

test('100 values against 100 without any drift have 0.18 on average, and exceed the critical value in about 5%', () => {
  const next = seededNumbers(20_260_102);
  const sample = (): number[] => Array.from({ length: 100 }, next);
  const edges = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  let [sum, above] = [0, 0];
  const runs = 2_000;
  for (let run = 0; run < runs; run++) {
    const { psi, critical } = populationStabilityIndex({
      reference: sample(),
      current: sample(),
      edges,
      confidence,
    });
    sum += psi ?? NaN;
    if ((psi ?? NaN) > (critical ?? NaN)) above += 1;
  }
  assert.ok(Math.abs(sum / runs - 0.18) < 0.02, `${sum / runs}`);
  assert.ok(above / runs > 0.02 && above / runs < 0.08, `${above / runs}`);
});

test('where no two bins have values of both sides, it is null', () => {
  const apart = populationStabilityIndex({ reference: [1, 1], current: [5], edges: [3], confidence });
  assert.deepEqual([apart.psi, apart.critical, apart.bins], [null, null, 1]);
  assert.match(apart.reason ?? '', /fewer than two bins/);
  const none = populationStabilityIndex({ reference: [], current: [5], edges: [3], confidence });
  assert.equal(none.reason, 'a side has no values');
});

test('edges that don’t rise are refused', () => {
  assert.throws(
    () => populationStabilityIndex({ reference: [1], current: [1], edges: [2, 2], confidence }),
    /edges of bins rise/,
  );
});
