import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonAnswer, textAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import { compileComparison } from '../comparison-plan.ts';
import type { NumberOptions } from './number-plan.ts';

function compare(tolerances: Omit<NumberOptions, 'kind' | 'value'>, a: number, b: number): [string, number] {
  const plan = compileComparison({ kind: 'number', value: '', ...tolerances });
  const result = compareAnswers(plan, jsonAnswer(a), jsonAnswer(b));
  assert.ok(result.outcome !== 'not-comparable');
  return [result.outcome, result.score];
}

test('without tolerances only equal numbers agree', () => {
  assert.deepEqual(compare({}, 2, 2), ['agree', 1]);
  assert.deepEqual(compare({}, 0, 0), ['agree', 1]);
  assert.deepEqual(compare({}, 2, 1.5), ['differ', 0.75]);
});

test('within the absolute tolerance or within the relative one is enough', () => {
  const tolerances = { absoluteTolerance: 0.5, relativeTolerance: 0.125 };
  assert.deepEqual(compare(tolerances, 1, 1.5), ['agree', 1]);
  assert.deepEqual(compare(tolerances, 70, 80), ['agree', 1]);
  assert.deepEqual(compare(tolerances, 60, 80), ['differ', 0.75]);
});

test('the relative tolerance is of the larger number, whichever side it is on', () => {
  assert.equal(compare({ relativeTolerance: 0.5 }, 100, 50)[0], 'agree');
  assert.equal(compare({ relativeTolerance: 0.5 }, 50, 100)[0], 'agree');
  assert.equal(compare({ relativeTolerance: 0.5 }, -50, -101)[0], 'differ');
});

test('numbers on different sides of 0 have nothing in common', () => {
  assert.deepEqual(compare({}, -1, 1), ['differ', 0]);
  assert.deepEqual(compare({}, 0, 1e-300), ['differ', 0]);
  assert.deepEqual(compare({}, 1e308, -1e308), ['differ', 0]);
  assert.deepEqual(compare({ relativeTolerance: 1.5 }, 1e308, -1e308), ['differ', 0]);
  assert.deepEqual(compare({ relativeTolerance: 2 }, 1e308, -1e308), ['agree', 1]);
});

test('the difference names the place and both numbers', () => {
  const plan = compileComparison({ kind: 'number', value: '/price' });
  const result = compareAnswers(plan, jsonAnswer({ price: 10 }), jsonAnswer({ price: 8 }));
  assert.ok(result.outcome === 'differ');
  assert.deepEqual(result.differences, [
    { category: 'number', path: '/price', production: '10', shadow: '8' },
  ]);
  assert.deepEqual(result.outputs, { production: '10', shadow: '8' });
});

test('what is not a number cannot be compared', () => {
  const plan = compileComparison({ kind: 'number', value: '/price' });
  const ten = jsonAnswer({ price: 10 });
  const reasons = [
    ['{}', 'shadow-value-missing'],
    ['{"price":"10"}', 'shadow-value-not-a-number'],
    ['{"price":null}', 'shadow-value-not-a-number'],
    ['{"price":1e400}', 'shadow-value-not-a-number'],
  ] as const;
  for (const [text, reason] of reasons) {
    assert.deepEqual(compareAnswers(plan, ten, textAnswer(text)), { outcome: 'not-comparable', reason });
  }
});

test('any two numbers have a score in [0, 1], below 1 exactly if they differ', () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, numbers, fc.double({ min: 0, max: 2, noNaN: true }), (a, b, relativeTolerance) => {
      const [outcome, score] = compare({ relativeTolerance }, a, b);
      assert.ok(score >= 0 && score <= 1);
      assert.equal(score === 1, outcome === 'agree');
    }),
  );
});
