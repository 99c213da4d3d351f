import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, jsonAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Comparison } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';

const units = [
  { unit: 'm', factor: 1 },
  { unit: 'km', factor: 1000 },
];

function compare(a: unknown, b: unknown): Comparison {
  const plan = compileComparison({ kind: 'number', value: '/v', unit: '/u', units, absoluteTolerance: 50 });
  return compareAnswers(plan, jsonAnswer(a), jsonAnswer(b));
}

test('numbers are compared in the unit of factor 1, wherever their own unit is', () => {
  assert.equal(compare({ v: '1.5 km' }, { v: 1540, u: 'm' }).outcome, 'agree');
  assert.equal(compare({ v: '+1.5e0km ' }, { v: 1.5, u: 'km' }).outcome, 'agree');
  const found = compare({ v: '1.5km' }, { v: 1.6, u: 'km' });
  assert.ok(found.outcome === 'differ');
  assert.deepEqual(found.differences, [
    { category: 'number', path: '/v', production: '1500', shadow: '1600' },
  ]);
  assert.deepEqual(found.outputs, { production: '1500', shadow: '1600' });
});

test('a number whose unit is not known is not comparable', () => {
  const reasons = [
    [{ v: 1500 }, 'shadow-unit-missing'],
    [{ v: '1500' }, 'shadow-unit-missing'],
    [{ v: 1, u: 'mi' }, 'shadow-unit-unknown'],
    [{ v: '1 mi' }, 'shadow-unit-unknown'],
    [{ v: 'far' }, 'shadow-value-not-a-number'],
    [{ v: '1e400 m' }, 'shadow-value-not-a-number'],
    [{ v: null, u: 'm' }, 'shadow-value-not-a-number'],
    [{ u: 'm' }, 'shadow-value-missing'],
  ] as const;
  for (const [value, reason] of reasons)
    assert.deepEqual(compare({ v: '1 m' }, value), { outcome: 'not-comparable', reason });
});

test('units that make no sense are refused', () => {
  assert.throws(
    () => compileComparison({ kind: 'number', value: '', unit: '/u' }),
    /unit: only together with units/,
  );
  assert.throws(
    () => compileComparison({ kind: 'number', value: '', units: [{ unit: 'm', factor: 0 }] }),
    /units: the factor of "m"/,
  );
});

test('swapping the sides changes names only', () => {
  const answers = fc.constantFrom('1 m', '1km', '2 km', 'x', '3').map(jsonAnswer);
  assertSymmetric({ kind: 'number', value: '', units, relativeTolerance: 0.5 }, answers);
});
