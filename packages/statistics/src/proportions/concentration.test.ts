import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { concentration, type SegmentCounts } from './concentration.ts';

const confidence = 0.95;

test('most of the divergence in a tenth of the traffic stands out', () => {
  const [small, large] = concentration({
    segments: [
      { divergences: 60, requests: 100 },
      { divergences: 40, requests: 900 },
    ],
    confidence,
  });
  assert.deepEqual([small?.shareOfDivergences, small?.shareOfTraffic], [0.6, 0.1]);
  assert.ok((small?.lower ?? 0) > 0.1 && (large?.upper ?? 1) < 0.9);
});

test('Goodman’s intervals, from their own equation', () => {
  // (share - p)² = A p (1 - p) / n, where A is the chi-square value with one degree of freedom at alpha / k.
  const critical = 6.238532636909537; // at 5% / 4, from a table
  const divergences = [56, 72, 73, 59];
  const n = 260;
  const rows = concentration({
    segments: divergences.map((each) => ({ divergences: each, requests: 100 })),
    confidence,
  });
  for (const [place, { lower, upper }] of rows.entries()) {
    const share = (divergences[place] ?? NaN) / n;
    for (const end of [lower, upper])
      assertClose((share - (end ?? NaN)) ** 2, (critical * (end ?? NaN) * (1 - (end ?? NaN))) / n, 1e-12);
  }
});

test('all intervals hold together in about as many lanes as they say', () => {
  const next = seededNumbers(20_260_105);
  const lanes = 1_000;
  const k = 10;
  let missed = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const counts = Array.from({ length: k }, () => 0);
    for (let event = 0; event < 200; event++) {
      const segment = Math.floor(next() * k);
      counts[segment] = (counts[segment] ?? 0) + 1;
    }
    const rows = concentration({
      segments: counts.map((divergences) => ({ divergences, requests: 200 })),
      confidence,
    });
    if (rows.some(({ lower, upper }) => (lower ?? 0) > 1 / k || (upper ?? 1) < 1 / k)) missed += 1;
  }
  assert.ok(missed / lanes <= 0.06 && missed > 0, `${missed} of ${lanes}`);
});

test('shares sum to 1, and the order of segments doesn’t matter', () => {
  const segment = fc
    .tuple(fc.nat(50), fc.nat(50))
    .map(([divergences, rest]) => ({ divergences, requests: divergences + rest }));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments: SegmentCounts[]) => {
      const rows = concentration({ segments, confidence });
      assert.deepEqual(concentration({ segments: segments.toReversed(), confidence }), rows.toReversed());
      if (rows[0]?.reason === null)
        assertClose(
          rows.reduce((sum, row) => sum + (row.shareOfDivergences ?? NaN), 0),
          1,
        );
    }),
  );
});

test('without a divergence shares of traffic are left', () => {
  const [row] = concentration({ segments: [{ divergences: 0, requests: 9 }], confidence });
  assert.deepEqual(row, {
    shareOfTraffic: 1,
    shareOfDivergences: null,
    lower: null,
    upper: null,
    reason: 'no request diverged',
  });
  assert.deepEqual(concentration({ segments: [], confidence }), []);
  assert.throws(() => concentration({ segments: [{ divergences: 3, requests: 2 }], confidence }), RangeError);
});
