import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, jsonAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Comparison } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';
import type { RankingOptions } from './ranking-plan.ts';

function compare(a: unknown, b: unknown, options: Partial<RankingOptions> = {}): Comparison {
  const plan = compileComparison({ items: '/hits', ...options, kind: 'ranking' });
  return compareAnswers(plan, jsonAnswer({ hits: a }), jsonAnswer({ hits: b }));
}

function score(a: unknown, b: unknown, options: Partial<RankingOptions> = {}): number {
  const found = compare(a, b, options);
  assert.ok(found.outcome !== 'not-comparable');
  return found.score;
}

test('each metric has its score', () => {
  assert.equal(score(['a', 'b', 'c', 'd'], ['a', 'x', 'b'], { metric: 'overlap' }), 2 / 4);
  // Of the three pairs of a, b and c one is in the opposite order: tau is 1/3.
  assert.ok(Math.abs(score(['a', 'b', 'c', 'x'], ['b', 'a', 'c'], { metric: 'kendall' }) - 2 / 3) < 1e-12);
  assert.equal(score([1, 2], [2, 1], { metric: 'kendall' }), 0);
  assert.equal(score(['a'], ['b'], { metric: 'kendall' }), 0);
  assert.ok(Math.abs(score(['a', 'b'], ['b', 'a'], { persistence: 0.75 }) - 0.75) < 1e-12);
});

test('only the top counts, and equal tops have 1', () => {
  for (const metric of ['overlap', 'rbo', 'kendall'] as const) {
    assert.equal(score(['a', 'b', 'x'], ['a', 'b', 'y'], { metric, depth: 2 }), 1);
    assert.equal(score([], [], { metric }), 1);
  }
});

test('what differs is what one side lacks, and the order of what both have', () => {
  const found = compare([{ id: 1 }, { id: 2 }, { id: '3' }], [{ id: 2 }, { id: 1 }, { id: 4 }], {
    id: '/id',
  });
  assert.ok(found.outcome === 'differ');
  assert.deepEqual(found.differences, [
    { category: 'order', path: '/hits', production: '[1,2]', shadow: '[2,1]' },
    { category: 'missing', path: '/hits/2', production: '"3"', shadow: null },
    { category: 'extra', path: '/hits/2', production: null, shadow: '4' },
  ]);
  assert.deepEqual(found.categories, ['order', 'missing', 'extra']);
});

test('lists that are alike enough agree', () => {
  assert.equal(compare(['a', 'b', 'c', 'd'], ['a', 'b', 'd', 'c'], { minimum: 0.7 }).outcome, 'agree');
  assert.equal(compare(['a', 'b', 'c', 'd'], ['a', 'b', 'd', 'c'], { minimum: 0.98 }).outcome, 'differ');
});

test('what is no list of items that can be told apart is not comparable', () => {
  const reasons = [
    [undefined, 'shadow-items-missing'],
    ['a', 'shadow-items-wrong-type'],
    [['a', null], 'shadow-items-without-id'],
    [['a', {}], 'shadow-items-without-id'],
    [['a', 'b', 'a'], 'shadow-items-repeated'],
  ] as const;
  for (const [items, reason] of reasons)
    assert.deepEqual(compare(['a'], items), { outcome: 'not-comparable', reason });
});

test('swapping the sides changes names only', () => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 1), { maxLength: 6 });
  const answers = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 1, '1'), { maxLength: 6 }),
    },
    { weight: 1, arbitrary: lists },
  );
  for (const metric of ['overlap', 'rbo', 'kendall'] as const) {
    const options = { kind: 'ranking', items: '', metric, minimum: 1, depth: 4 } as const;
    assertSymmetric(options, answers.map(jsonAnswer));
  }
});
