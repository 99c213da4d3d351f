import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonAnswer, textAnswer } from '../test/answers.ts';
import type { Answer } from './answer.ts';
import { compareAnswers } from './compare-answers.ts';
import { compileComparison } from './comparison-plan.ts';

const whole = compileComparison({ kind: 'class', label: '/decision' });
const byCode = compileComparison({ kind: 'class', label: '/decision', error: '/error/code' });

function refused(answer: Answer): Answer {
  return { ...answer, status: 422 };
}

test('errors of one status agree if their bodies are equal, as bytes or as JSON', () => {
  const error = refused(jsonAnswer({ error: { code: 'age', field: 1 } }));
  assert.deepEqual(
    compareAnswers(whole, error, refused(textAnswer('{"error":{"field":1.0,"code":"age"}}'))),
    {
      outcome: 'agree',
      score: 1,
      differences: [],
      differenceCount: 0,
      categories: [],
      outputs: null,
    },
  );
  const page = refused(textAnswer('<html>'));
  assert.equal(compareAnswers(whole, page, page).outcome, 'agree');
});

test('errors that say something else differ, in a category of their own', () => {
  assert.deepEqual(
    compareAnswers(whole, refused(jsonAnswer({ error: 'age' })), refused(textAnswer('<html>'))),
    {
      outcome: 'differ',
      score: 0,
      differences: [{ category: 'error', path: '', production: '{"error":"age"}', shadow: '"<html>"' }],
      differenceCount: 1,
      categories: ['error'],
      outputs: null,
    },
  );
});

test('where a place says what is wrong, nothing else is compared', () => {
  const age = refused(jsonAnswer({ error: { code: 'age' }, at: 1 }));
  assert.equal(
    compareAnswers(byCode, age, refused(jsonAnswer({ error: { code: 'age' }, at: 2 }))).outcome,
    'agree',
  );
  const other = compareAnswers(byCode, age, refused(jsonAnswer({ error: { code: 'income' } })));
  assert.ok(other.outcome === 'differ');
  assert.deepEqual(other.differences, [
    { category: 'error', path: '/error/code', production: '"age"', shadow: '"income"' },
  ]);
  assert.deepEqual(compareAnswers(byCode, age, refused(jsonAnswer({}))), {
    outcome: 'not-comparable',
    reason: 'shadow-error-missing',
  });
});

test('an error that is JSON is compared by the rules for JSON, unless a place is named', () => {
  const json = compileComparison({ kind: 'json', ignore: ['/at'] });
  const [first, second] = [refused(jsonAnswer({ at: 1 })), refused(jsonAnswer({ at: 2 }))];
  assert.equal(compareAnswers(json, first, second).outcome, 'agree');
  const byPlace = compileComparison({ kind: 'json', ignore: ['/at'], error: '/at' });
  assert.equal(compareAnswers(byPlace, first, second).outcome, 'differ');
});
