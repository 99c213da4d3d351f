import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, jsonAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Comparison } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';
import type { EmbeddingOptions } from './embedding-plan.ts';

function compare(a: unknown, b: unknown, options: Partial<EmbeddingOptions> = {}): Comparison {
  const plan = compileComparison({ vector: '/v', ...options, kind: 'embedding' });
  return compareAnswers(plan, jsonAnswer({ v: a }), jsonAnswer({ v: b }));
}

test('vectors that point the same way agree, however long they are', () => {
  const found = compare([3, 4], [6, 8]);
  assert.ok(found.outcome === 'agree' && found.score === 1);
});

test('vectors that point elsewhere differ, with their cosine as the score', () => {
  const found = compare([1, 0], [3, 4]);
  assert.ok(found.outcome === 'differ');
  assert.equal(found.score, 0.6);
  assert.deepEqual(found.differences, [
    { category: 'direction', path: '/v', production: '[1,0]', shadow: '[3,4]' },
  ]);
  const opposite = compare([1, 0], [-1, 0]);
  assert.ok(opposite.outcome === 'differ' && opposite.score === 0);
  assert.equal(compare([1, 0], [3, 4], { minimum: 0.6 }).outcome, 'agree');
});

test('lengths matter where they are judged', () => {
  const options = { scaleTolerance: 0.5 };
  assert.equal(compare([3, 4], [6, 8], options).outcome, 'agree');
  const found = compare([3, 4], [9, 12], options);
  assert.ok(found.outcome === 'differ');
  assert.deepEqual(found.differences, [{ category: 'scale', path: '/v', production: '5', shadow: '15' }]);
});

test('vectors of different dimensions differ in size', () => {
  const found = compare([1, 0, 0], [1, 0]);
  assert.ok(found.outcome === 'differ' && found.score === 0);
  assert.deepEqual(found.differences, [{ category: 'size', path: '/v', production: '3', shadow: '2' }]);
});

test('floats in base64 are the same vector as their list', () => {
  const base64 = Buffer.from(new Float32Array([0.5, -2, 3]).buffer).toString('base64');
  const found = compare([0.5, -2, 3], base64);
  assert.ok(found.outcome === 'agree' && found.score === 1);
});

test('a vector equals itself whatever the rounding', () => {
  const vector = [0.1, 0.2, 0.3, 0.7];
  const found = compare(vector, vector, { minimum: 1 });
  assert.ok(found.outcome === 'agree' && found.score === 1);
});

test('what has no direction is not comparable', () => {
  const reasons = [
    [[0, 0], 'shadow-zero-vector'],
    [undefined, 'shadow-vector-missing'],
    [[], 'shadow-vector-wrong-type'],
    [[1, null], 'shadow-vector-wrong-type'],
    ['AAA', 'shadow-vector-wrong-type'],
    ['no base64', 'shadow-vector-wrong-type'],
  ] as const;
  for (const [vector, reason] of reasons)
    assert.deepEqual(compare([1, 0], vector), { outcome: 'not-comparable', reason });
  assert.deepEqual(compare([0, 0], [0, 0]), { outcome: 'not-comparable', reason: 'both-zero-vector' });
});

test('swapping the sides changes names only', () => {
  const vectors = fc.array(fc.constantFrom(0, 1, -1, 0.3, 1e200, 1e-200), { minLength: 1, maxLength: 3 });
  assertSymmetric({ kind: 'embedding', vector: '', scaleTolerance: 0.5 }, vectors.map(jsonAnswer));
});
