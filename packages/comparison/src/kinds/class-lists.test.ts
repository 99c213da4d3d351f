import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, jsonAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import type { Compared, Comparison } from '../comparison.ts';
import { compileComparison } from '../comparison-plan.ts';
import { isRight, readTruth } from '../truth.ts';
import type { ClassOptions } from './class-plan.ts';
import type { ClassScoresOptions } from './class-scores-plan.ts';

type Options = Omit<ClassOptions, 'label'> | Omit<ClassScoresOptions, 'scores'>;

const labels = [
  ['approved', 'OK', 1],
  ['denied', 0],
];

function compare(a: unknown, b: unknown, options: Options): Comparison {
  const plan = compileComparison(
    options.kind === 'class' ? { label: '', ...options } : { scores: '', ...options },
  );
  return compareAnswers(plan, jsonAnswer(a), jsonAnswer(b));
}

function compared(a: unknown, b: unknown, options: Options): Compared {
  const found = compare(a, b, options);
  assert.ok(found.outcome !== 'not-comparable');
  return found;
}

test('labels of one class are the same, and have its name', () => {
  const found = compared('OK', 1, { kind: 'class', labels });
  assert.equal(found.outcome, 'agree');
  assert.deepEqual(found.outputs, { production: '"approved"', shadow: '"approved"' });
  assert.deepEqual(compared('OK', 0, { kind: 'class', labels }).outputs, {
    production: '"approved"',
    shadow: '"denied"',
  });
  assert.equal(compared('OK', 'other', { kind: 'class', labels }).outcome, 'differ');
});

test('a label says what is right by any name of the class', () => {
  const plan = compileComparison({ kind: 'class', label: '', labels });
  assert.equal(readTruth(plan, '1'), '"approved"');
  assert.equal(isRight(plan, '"approved"', readTruth(plan, '"OK"') ?? ''), true);
});

test('names of classes that say nothing, or two things, are refused', () => {
  const compile = (groups: ClassOptions['labels'] & object): unknown =>
    compileComparison({ kind: 'class', label: '', labels: groups });
  assert.throws(() => compile([['a']]), /labels: each list needs/);
  assert.throws(
    () =>
      compile([
        ['a', 'b'],
        ['c', 'b'],
      ]),
    /"b" may stand once/,
  );
  assert.throws(() => compileComparison({ kind: 'class', label: '', top: 2, score: '/s' }), /class-scores/);
});

test('with top each one’s first has to be among the other’s first', () => {
  const options = { kind: 'class', top: 2 } as const;
  assert.equal(compared(['a', 'b', 'c'], ['b', 'a'], options).score, 1);
  const near = compared(['a', 'b', 'c'], ['b', 'c', 'a'], options);
  assert.deepEqual([near.outcome, near.score], ['differ', 0.5]);
  assert.deepEqual(near.differences, [{ category: 'class', path: '', production: '"a"', shadow: '"b"' }]);
  assert.equal(compared(['a', 'b', 'c'], ['b', 'c', 'a'], { ...options, top: 3 }).outcome, 'agree');
  assert.deepEqual(compare(['a'], [], options), {
    outcome: 'not-comparable',
    reason: 'shadow-label-missing',
  });
  assert.deepEqual(compare(['a'], 'a', options), {
    outcome: 'not-comparable',
    reason: 'shadow-label-wrong-type',
  });
});

test('scores by class agree if the best class is the same, with the closeness of all', () => {
  const found = compared({ a: 0.75, b: 0.25 }, { b: 0.5, a: 0.5 }, { kind: 'class-scores' });
  assert.deepEqual([found.outcome, found.score], ['agree', 0.75]);
  assert.deepEqual(found.outputs, { production: '"a"', shadow: '"a"' });
  const other = compared({ a: 0.75, b: 0.25 }, { b: 0.75, c: 0.25 }, { kind: 'class-scores' });
  assert.deepEqual([other.outcome, other.score], ['differ', 0]);
  assert.equal(
    compared({ a: 0.6, b: 0.4 }, { b: 0.6, a: 0.4 }, { kind: 'class-scores', top: 2 }).outcome,
    'agree',
  );
});

test('a list of classes with scores is the same as an object, and names of one class add up', () => {
  const options = { kind: 'class-scores', label: '/name', score: '/p', labels } as const;
  const list = [
    { name: 'OK', p: 0.25 },
    { name: 1, p: 0.25 },
    { name: 'denied', p: 0.5 },
  ];
  assert.equal(compared(list, { approved: 0.5, denied: 0.5 }, options).score, 1);
});

test('where scores are judged, the class that is furthest apart is named', () => {
  const options = { kind: 'class-scores', scoreTolerance: 0.1 } as const;
  const found = compared({ a: 0.75, b: 0.25 }, { a: 0.625, c: 0.375 }, options);
  assert.deepEqual(found.differences, [
    { category: 'score', path: '', production: '{"c":0}', shadow: '{"c":0.375}' },
  ]);
});

test('what has no scores is not comparable', () => {
  const reasons = [
    ['x', 'shadow-score-wrong-type'],
    [{ a: 'x' }, 'shadow-score-not-a-number'],
    [[{ score: 1 }], 'shadow-label-wrong-type'],
    [{}, 'shadow-label-missing'],
  ] as const;
  for (const [value, reason] of reasons) {
    assert.deepEqual(compare({ a: 1 }, value, { kind: 'class-scores' }), {
      outcome: 'not-comparable',
      reason,
    });
  }
});

test('swapping the sides changes names only', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'OK', 1, 0);
  assertSymmetric(
    { kind: 'class', label: '', labels, top: 2 },
    fc.array(names, { maxLength: 4 }).map(jsonAnswer),
  );
  const scores = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'OK'), fc.constantFrom(0, 0.1, 0.3, 0.7));
  assertSymmetric(
    { kind: 'class-scores', scores: '', labels, top: 2, scoreTolerance: 0.2 },
    scores.map(jsonAnswer),
  );
});
