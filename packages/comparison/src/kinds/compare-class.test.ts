import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonAnswer, textAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import { compileComparison } from '../comparison-plan.ts';

const unjudged = compileComparison({ kind: 'class', label: '/decision', score: '/score' });
const judged = compileComparison({
  kind: 'class',
  label: '/decision',
  score: '/score',
  scoreTolerance: 0.125,
});

test('equal classes agree, with the closeness of their scores', () => {
  assert.deepEqual(
    compareAnswers(
      unjudged,
      jsonAnswer({ decision: 'approved', score: 0.75 }),
      jsonAnswer({ score: 0.25, decision: 'approved', id: 1 }),
    ),
    {
      outcome: 'agree',
      score: 0.5,
      differences: [],
      differenceCount: 0,
      categories: [],
      outputs: { production: '"approved"', shadow: '"approved"' },
    },
  );
});

test('different classes differ, and name both', () => {
  assert.deepEqual(
    compareAnswers(
      unjudged,
      jsonAnswer({ decision: 'approved', score: 0.4 }),
      jsonAnswer({ decision: 'denied', score: 0.6 }),
    ),
    {
      outcome: 'differ',
      score: 0,
      differences: [{ category: 'class', path: '/decision', production: '"approved"', shadow: '"denied"' }],
      differenceCount: 1,
      categories: ['class'],
      outputs: { production: '"approved"', shadow: '"denied"' },
    },
  );
});

test('scores are judged by the tolerance, which is included', () => {
  const production = jsonAnswer({ decision: 'approved', score: 0.5 });
  assert.equal(
    compareAnswers(judged, production, jsonAnswer({ decision: 'approved', score: 0.625 })).outcome,
    'agree',
  );
  const beyond = compareAnswers(judged, production, jsonAnswer({ decision: 'approved', score: 0.626 }));
  assert.ok(beyond.outcome === 'differ');
  assert.deepEqual(beyond.differences, [
    { category: 'score', path: '/score', production: '0.5', shadow: '0.626' },
  ]);
  assert.equal(beyond.score, 0.874);
});

test('scores far apart have a closeness of 0', () => {
  const result = compareAnswers(
    unjudged,
    jsonAnswer({ decision: 'a', score: 700 }),
    jsonAnswer({ decision: 'a', score: 650 }),
  );
  assert.ok(result.outcome === 'agree' && result.score === 0);
});

test('a missing score matters only where scores decide', () => {
  const withScore = jsonAnswer({ decision: 'approved', score: 0.5 });
  const without = jsonAnswer({ decision: 'approved' });
  const unjudgedResult = compareAnswers(unjudged, withScore, without);
  assert.ok(unjudgedResult.outcome === 'agree' && unjudgedResult.score === 1);
  assert.deepEqual(compareAnswers(judged, withScore, without), {
    outcome: 'not-comparable',
    reason: 'shadow-score-missing',
  });
  assert.deepEqual(compareAnswers(judged, textAnswer('{"decision":"approved","score":1e400}'), withScore), {
    outcome: 'not-comparable',
    reason: 'production-score-not-a-number',
  });
  assert.equal(compareAnswers(judged, withScore, jsonAnswer({ decision: 'denied' })).outcome, 'differ');
});

test('without a class there is nothing to compare, and the reason says why', () => {
  const approved = jsonAnswer({ decision: 'approved' });
  const reasons = [
    [{}, 'shadow-label-missing'],
    [{ decision: null }, 'shadow-label-wrong-type'],
    [{ decision: ['approved'] }, 'shadow-label-wrong-type'],
    [{ decision: 'x'.repeat(199) }, 'shadow-label-too-long'],
  ] as const;
  for (const [body, reason] of reasons) {
    assert.deepEqual(compareAnswers(unjudged, approved, jsonAnswer(body)), {
      outcome: 'not-comparable',
      reason,
    });
  }
  assert.deepEqual(compareAnswers(unjudged, jsonAnswer({}), jsonAnswer([])), {
    outcome: 'not-comparable',
    reason: 'both-label-missing',
  });
  assert.deepEqual(compareAnswers(unjudged, jsonAnswer({ decision: {} }), jsonAnswer([])), {
    outcome: 'not-comparable',
    reason: 'shadow-label-missing',
  });
});

test('a class that changed its type differs', () => {
  const result = compareAnswers(unjudged, jsonAnswer({ decision: 1 }), jsonAnswer({ decision: '1' }));
  assert.ok(result.outcome === 'differ');
  assert.deepEqual(result.outputs, { production: '1', shadow: '"1"' });
});

test('different classes have different outputs, equal ones the same', () => {
  const tricky = fc.constantFrom<unknown>(
    '',
    '1',
    1,
    '"1"',
    '1e999',
    'true',
    true,
    '\ud800',
    '\ud801',
    '\ufffd',
  );
  const labels = fc.oneof(
    tricky,
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const result = compareAnswers(unjudged, jsonAnswer({ decision: a }), jsonAnswer({ decision: b }));
      assert.ok(result.outcome !== 'not-comparable' && result.outputs !== null);
      const { production, shadow } = result.outputs;
      assert.equal(production === shadow, a === b);
      assert.ok(production.isWellFormed());
    }),
    { numRuns: 500 },
  );
});

test('a class as long as may be is whole', () => {
  const decision = 'x'.repeat(198);
  const result = compareAnswers(unjudged, jsonAnswer({ decision }), jsonAnswer({ decision }));
  assert.ok(result.outcome === 'agree');
  assert.equal(result.outputs?.production, `"${decision}"`);
});
