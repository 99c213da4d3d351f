import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QuantileSketch, sketchRelativeError } from './quantile-sketch.ts';

const dayMs = 86_400_000;
/** Spread evenly over the logarithm of the range, so that no decade is left out. */
const latencies = fc
  .double({ min: Math.log(0.001), max: Math.log(dayMs), noNaN: true })
  .map((logarithm) => Math.min(dayMs, Math.max(0.001, Math.exp(logarithm))));
const quantiles = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

function sketchOf(values: Iterable<number>): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

test('without values there is no quantile', () => {
  const sketch = new QuantileSketch();
  assert.equal(sketch.count, 0);
  assert.equal(sketch.quantile(0.5), null);
  assert.deepEqual(sketch.toBins(), { bins: [], counts: [] });
});

test('a quantile is within 1% of the exact one of the same rank', () => {
  fc.assert(
    fc.property(fc.array(latencies, { minLength: 1, maxLength: 200 }), (values) => {
      const sketch = sketchOf(values);
      const sorted = values.toSorted((a, b) => a - b);
      for (const q of quantiles) {
        const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
        const estimate = sketch.quantile(q) ?? Number.NaN;
        // The last bits are the roundings of edge and middle.
        assert.ok(
          Math.abs(estimate - exact) <= exact * sketchRelativeError * (1 + 1e-9),
          `${q}: ${estimate}, not ${exact}`,
        );
      }
    }),
  );
});

test('equal values give equal bins in any order and any split', () => {
  const assigned = fc.array(fc.tuple(fc.double(), fc.nat(3), fc.nat()), { maxLength: 100 });
  fc.assert(
    fc.property(assigned, (rows) => {
      const known = rows.filter(([value]) => !Number.isNaN(value));
      const whole = sketchOf(known.map(([value]) => value)).toBins();
      const shuffled = known.toSorted((a, b) => a[2] - b[2]);
      assert.deepEqual(sketchOf(shuffled.map(([value]) => value)).toBins(), whole);
      const parts = [2, 0, 3, 1].map((part) =>
        sketchOf(shuffled.filter(([, place]) => place === part).map(([value]) => value)),
      );
      const merged = parts.reduce((sum, part) => part.merge(sum), new QuantileSketch());
      assert.deepEqual(merged.toBins(), whole);
      assert.equal(merged.count, known.length);
    }),
  );
});

test('bins make the sketch again', () => {
  fc.assert(
    fc.property(fc.array(latencies), (values) => {
      const sketch = sketchOf(values);
      const copy = QuantileSketch.fromBins(sketch.toBins());
      assert.deepEqual(copy.toBins(), sketch.toBins());
      assert.equal(copy.count, values.length);
      assert.equal(copy.quantile(0.9), sketch.quantile(0.9));
    }),
  );
});

test('merging changes neither side', () => {
  const left = sketchOf([1, 2]);
  const right = sketchOf([2, 3]);
  const before = [left.toBins(), right.toBins()];
  left.merge(right).add(4);
  assert.deepEqual([left.toBins(), right.toBins()], before);
});

test('what is outside the range goes to the end bins, an answer that never came above all', () => {
  assert.deepEqual(sketchOf([-5, 0, 1e-9, 0.001]).toBins(), { bins: [0], counts: [4] });
  assert.deepEqual(sketchOf([dayMs, 1e12, Infinity]).toBins(), { bins: [1260], counts: [3] });
  assert.equal(sketchOf([0]).quantile(0.5), 0.001);
  assert.ok((sketchOf([1, Infinity]).quantile(1) ?? 0) > dayMs * (1 - sketchRelativeError));
});

test('bins keep their place: records written by an older version are read by a newer one', () => {
  assert.deepEqual(sketchOf([0.0010001, 0.01, 1, 12.5, 500, 30_000]).toBins(), {
    bins: [1, 116, 346, 472, 657, 861],
    counts: [1, 1, 1, 1, 1, 1],
  });
});

test('every edge belongs to the bin below it, the next number to the bin above', () => {
  let edge = 0.001;
  for (let bin = 1; bin < 1260; bin++) {
    edge *= 1.01 / 0.99;
    assert.deepEqual(sketchOf([edge]).toBins().bins, [bin]);
    assert.deepEqual(sketchOf([edge * (1 + Number.EPSILON)]).toBins().bins, [bin + 1]);
  }
});

test('NaN, a quantile outside [0, 1] and bins that were never written are refused', () => {
  const sketch = sketchOf([1]);
  assert.throws(() => sketch.add(Number.NaN), RangeError);
  assert.throws(() => sketch.quantile(1.1), RangeError);
  assert.throws(() => sketch.quantile(Number.NaN), RangeError);
  const refused = [
    { bins: [1, 2], counts: [1] },
    { bins: [2, 1], counts: [1, 1] },
    { bins: [1, 1], counts: [1, 1] },
    { bins: [-1], counts: [1] },
    { bins: [1261], counts: [1] },
    { bins: [0.5], counts: [1] },
    { bins: [1], counts: [0] },
    { bins: [1], counts: [1.5] },
  ];
  for (const bins of refused) assert.throws(() => QuantileSketch.fromBins(bins), RangeError);
});

test('values above another one are counted, but for those next to it', () => {
  const sketch = new QuantileSketch();
  for (const value of [1, 10, 99, 100, 103, 200, Infinity]) sketch.add(value);
  assert.equal(sketch.countAbove(100), 3);
  assert.equal(sketch.countAbove(0), 7);
  assert.equal(sketch.countAbove(Infinity), 0);
  assert.equal(new QuantileSketch().countAbove(1), 0);
});

test('the edges of a rank hold its value, and those of the end bins are open', () => {
  fc.assert(
    fc.property(fc.array(latencies, { minLength: 1 }), (values) => {
      const sketch = sketchOf(values);
      for (const [rank, value] of values.toSorted((a, b) => a - b).entries()) {
        const { lower, upper } = sketch.edgesAt(rank);
        assert.ok(lower < value && value <= upper);
        assert.ok(lower === 0 || upper === Infinity || upper / lower < 1 + 2.05 * sketchRelativeError);
      }
    }),
  );
  assert.deepEqual(sketchOf([Infinity]).edgesAt(0).upper, Infinity);
  assert.deepEqual(sketchOf([0]).edgesAt(0), { lower: 0, upper: 0.001 });
  for (const rank of [-1, 1, 0.5]) assert.throws(() => sketchOf([1]).edgesAt(rank), RangeError);
});
