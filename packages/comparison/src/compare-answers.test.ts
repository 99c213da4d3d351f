import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bodies, jsonAnswer, swapped, textAnswer } from '../test/answers.ts';
import type { Answer } from './answer.ts';
import { compareAnswers } from './compare-answers.ts';
import { notComparableReasons } from './comparison.ts';
import { comparisonKinds, type ComparisonOptions, compileComparison } from './comparison-plan.ts';

const plans = [
  compileComparison({ kind: 'class', label: '/label' }),
  compileComparison({ kind: 'class', label: '/label', score: '/score' }),
  compileComparison({ kind: 'class', label: '/label', score: '/score', scoreTolerance: 0.1 }),
  compileComparison({ kind: 'number', value: '/score', absoluteTolerance: 0.1, relativeTolerance: 0.04 }),
  compileComparison({ kind: 'class', label: '$..label', error: '/label' }),
  compileComparison({ kind: 'json' }),
  compileComparison({ kind: 'json', ignore: ['/a', '/*/b', '/0/*/score'], numberTolerance: 0.1 }),
] as const;

const everyKind: Readonly<Record<string, ComparisonOptions>> = {
  class: { kind: 'class', label: '/label', top: 2, labels: [['x', 'y', 1]] },
  'class-scores': { kind: 'class-scores', scores: '', scoreTolerance: 0.1 },
  number: { kind: 'number', value: '/score', unit: '/label', units: [{ unit: 'x', factor: 2 }] },
  json: { kind: 'json', document: '/label', rules: [{ path: '', unorderedBy: '/label' }] },
  text: { kind: 'text', text: '$..label' },
  ranking: { kind: 'ranking', items: '/label' },
  embedding: { kind: 'embedding', vector: '/label', scaleTolerance: 0.1 },
  stream: { kind: 'stream', format: 'ndjson', text: '/label' },
  'tool-calls': { kind: 'tool-calls', calls: '', name: '/label', arguments: '/score' },
  bytes: { kind: 'bytes' },
};

const anyPlan = fc.constantFrom(...plans, ...Object.values(everyKind).map(compileComparison));
/** Mostly objects that hold what the plans look for; else anything, down to bytes that are no text. */
const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 500),
  contentType: fc.constantFrom(null, 'application/json'),
  truncated: fc.constantFrom(false, false, false, true),
  body: fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({ label: bodies, score: bodies }, { requiredKeys: [] })
        .map((body) => jsonAnswer(body).body),
    },
    {
      weight: 6,
      arbitrary: fc
        .record({ label: fc.constantFrom('x', 'y'), score: fc.double() })
        .map((body) => jsonAnswer(body).body),
    },
    { weight: 3, arbitrary: bodies.map((body) => jsonAnswer(body).body) },
    { weight: 1, arbitrary: fc.uint8Array() },
    { weight: 1, arbitrary: fc.string().map((text) => textAnswer(text).body) },
  ),
});

test('the properties below are checked for every kind', () => {
  assert.deepEqual(new Set(Object.keys(everyKind)), new Set(comparisonKinds));
});

test('swapping the sides swaps their names and changes nothing else', () => {
  fc.assert(
    fc.property(anyPlan, answers, answers, (plan, production, shadow) => {
      assert.deepEqual(
        compareAnswers(plan, shadow, production),
        swapped(compareAnswers(plan, production, shadow)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('whatever the bytes, the result is in its range and its lists are closed', () => {
  fc.assert(
    fc.property(anyPlan, answers, answers, (plan, production, shadow) => {
      const result = compareAnswers(plan, production, shadow);
      if (result.outcome === 'not-comparable') {
        assert.ok(notComparableReasons.includes(result.reason), result.reason);
      } else {
        assert.ok(result.score >= 0 && result.score <= 1);
        assert.equal(result.outcome === 'agree', result.differenceCount === 0);
        assert.deepEqual(
          new Set(result.differences.map(({ category }) => category)),
          new Set(result.categories),
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('different status codes differ, before any body is read', () => {
  const broken = { ...textAnswer('<html>'), truncated: true };
  for (const plan of plans) {
    assert.deepEqual(compareAnswers(plan, broken, { ...broken, status: 500 }), {
      outcome: 'differ',
      score: 0,
      differences: [{ category: 'status', path: '', production: '200', shadow: '500' }],
      differenceCount: 1,
      categories: ['status'],
      outputs: null,
    });
  }
});

test('bodies that cannot be read say which side and why', () => {
  const good = jsonAnswer({ label: 'x', score: 1 });
  const broken = [
    [{ ...good, truncated: true }, 'truncated'],
    [textAnswer(''), 'empty'],
    [{ ...good, body: Uint8Array.of(0xff) }, 'not-utf8'],
    [textAnswer('<html>'), 'not-json'],
  ] as const;
  for (const plan of plans) {
    for (const [answer, problem] of broken) {
      assert.deepEqual(compareAnswers(plan, answer, good), {
        outcome: 'not-comparable',
        reason: `production-${problem}`,
      });
      assert.deepEqual(compareAnswers(plan, good, answer), {
        outcome: 'not-comparable',
        reason: `shadow-${problem}`,
      });
      assert.deepEqual(compareAnswers(plan, answer, answer), {
        outcome: 'not-comparable',
        reason: `both-${problem}`,
      });
    }
  }
});

test('of two different problems the one that comes first in the list is named', () => {
  const [plan] = plans;
  const truncated = { ...jsonAnswer({}), truncated: true };
  assert.deepEqual(compareAnswers(plan, textAnswer('<html>'), truncated), {
    outcome: 'not-comparable',
    reason: 'shadow-truncated',
  });
  assert.deepEqual(compareAnswers(plan, textAnswer('<html>'), textAnswer('')), {
    outcome: 'not-comparable',
    reason: 'shadow-empty',
  });
});

test('reasons are stable words in kebab case, each once', () => {
  assert.equal(new Set(notComparableReasons).size, notComparableReasons.length);
  for (const reason of notComparableReasons)
    assert.match(reason, /^(?:(?:production|shadow|both)-)?[a-z0-9]+(?:-[a-z0-9]+)*$/);
});
