import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantileBounds } from './quantile-bounds.ts';
import { quantileRankBounds } from './quantile-rank-bounds.ts';
import { QuantileSketch } from './quantile-sketch.ts';

const args = { quantile: 0.5, confidence: 0.95, looks: 'once' } as const;

function sketchOf(values: Iterable<number>): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

test('the bounds enclose the values of both ranks, by no more than the sketch’s error', () => {
  const latencies = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), {
    minLength: 10,
    maxLength: 100,
  });
  fc.assert(
    fc.property(latencies, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const ranks = quantileRankBounds({ ...args, count: values.length });
      const { lower, upper } = quantileBounds({ ...args, sketch: sketchOf(values) });
      const [exactLower, exactUpper] = [sorted[ranks.lower ?? NaN] ?? NaN, sorted[ranks.upper ?? NaN] ?? NaN];
      assert.ok((lower ?? NaN) <= exactLower && (lower ?? NaN) >= exactLower * 0.979);
      assert.ok((upper ?? NaN) >= exactUpper && (upper ?? NaN) <= exactUpper * 1.021);
    }),
  );
});

test('answers that never came rank above all: too many of them leave no upper bound', () => {
  const answered = Array.from({ length: 70 }, (_, i) => 100 + i);
  const some = quantileBounds({
    ...args,
    sketch: sketchOf([...answered, ...Array.from({ length: 10 }, () => Infinity)]),
  });
  assert.ok((some.upper ?? Infinity) < 170 && some.reason === null);
  const many = quantileBounds({
    ...args,
    sketch: sketchOf([...answered, ...Array.from({ length: 60 }, () => Infinity)]),
  });
  assert.ok((many.lower ?? 0) > 100 && many.upper === null);
  assert.match(many.reason ?? '', /never answered/);
});

test('with too few values there are none', () => {
  const { estimate, lower, upper, reason } = quantileBounds({ ...args, sketch: sketchOf([5, 6]) });
  assert.ok(Math.abs((estimate ?? NaN) - 5) < 0.05);
  assert.deepEqual([lower, upper], [null, null]);
  assert.match(reason ?? '', /fewer than 5 of 2/);
  assert.equal(quantileBounds({ ...args, sketch: new QuantileSketch() }).estimate, null);
});
