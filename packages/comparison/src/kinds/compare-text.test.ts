import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertSymmetric, jsonAnswer, textAnswer } from '../../test/answers.ts';
import { compareAnswers } from '../compare-answers.ts';
import { compileComparison } from '../comparison-plan.ts';
import { rougeL } from '../text/rouge-l.ts';
import type { TextOptions } from './text-plan.ts';

function score(a: string, b: string, options: Omit<TextOptions, 'kind'> = {}): number | string {
  const found = compareAnswers(compileComparison({ kind: 'text', ...options }), textAnswer(a), textAnswer(b));
  return found.outcome === 'not-comparable' ? found.reason : found.score;
}

test('each metric has its score', () => {
  const [a, b] = ['The cat sat.', 'the  CAT sat'];
  assert.equal(score(a, b, { metric: 'exact' }), 0);
  assert.equal(score(a, b, { metric: 'normalised' }), 0);
  assert.equal(score(a, ' the\n CAT sat.', { metric: 'normalised' }), 1);
  assert.equal(score('kitten', 'sitting', { metric: 'edit-distance' }), 1 - 3 / 7);
  assert.equal(score(a, b), 1);
  assert.equal(score('the cat sat', 'the cat sat down'), 6 / 7);
  assert.equal(score('running studies', 'run study', { stem: true }), 1);
});

test('with its tokenizer the score is rouge-score’s', () => {
  const [reference, candidate] = ['Der Bär läuft 3 km', 'der Bar läuft 3 Meilen'];
  const { fMeasure } = rougeL({ reference, candidate });
  assert.equal(score(reference, candidate, { tokenizer: 'rouge-score' }), fMeasure);
  assert.notEqual(score(reference, candidate), fMeasure);
});

test('equal texts have 1 whatever the tokenizer makes of them', () => {
  for (const text of ['東京', '!?', ''])
    assert.equal(score(text, text, { tokenizer: 'rouge-score' }), 1, text);
});

test('without a word on both sides there is nothing to compare, without one on one side nothing is alike', () => {
  assert.equal(score('…', '!'), 'no-tokens');
  assert.equal(score('東京', '京都', { tokenizer: 'rouge-score' }), 'no-tokens');
  assert.equal(score('', 'word'), 0);
});

test('texts that would take too long are not compared, unless they are equal', () => {
  const [a, b] = ['a '.repeat(20_001), 'b '.repeat(20_000)];
  assert.equal(score(a, b), 'texts-too-long');
  assert.equal(score(a, b, { metric: 'edit-distance' }), 'texts-too-long');
  assert.equal(score(a, b, { metric: 'normalised' }), 0);
  assert.equal(score(a, a), 1);
});

test('texts agree from the minimum on, and differ below it in one place', () => {
  const plan = compileComparison({ kind: 'text', text: '/answer', minimum: 6 / 7 });
  const cat = jsonAnswer({ answer: 'the cat sat' });
  assert.equal(compareAnswers(plan, cat, jsonAnswer({ answer: 'the cat sat down' })).outcome, 'agree');
  assert.deepEqual(compareAnswers(plan, cat, jsonAnswer({ answer: 'a dog' })), {
    outcome: 'differ',
    score: 0,
    differences: [{ category: 'text', path: '/answer', production: '"the cat sat"', shadow: '"a dog"' }],
    differenceCount: 1,
    categories: ['text'],
    outputs: null,
  });
});

test('of several texts the most alike of both sides count', () => {
  const plan = compileComparison({ kind: 'text', text: '$.texts[*]', metric: 'exact' });
  const found = compareAnswers(
    plan,
    jsonAnswer({ texts: ['yes', 'no'] }),
    jsonAnswer({ texts: ['maybe', 'no'] }),
  );
  assert.ok(found.outcome === 'agree' && found.score === 1);
});

test('what is no text says so', () => {
  const plan = compileComparison({ kind: 'text', text: '$.answer' });
  const good = jsonAnswer({ answer: 'x' });
  const reasons = [
    [jsonAnswer({}), 'shadow-text-missing'],
    [jsonAnswer({ answer: 1 }), 'shadow-text-wrong-type'],
    [textAnswer('x'), 'shadow-not-json'],
  ] as const;
  for (const [answer, reason] of reasons)
    assert.deepEqual(compareAnswers(plan, good, answer), { outcome: 'not-comparable', reason });
  const whole = compileComparison({ kind: 'text' });
  assert.deepEqual(compareAnswers(whole, textAnswer('x'), { ...textAnswer(''), body: Uint8Array.of(0xff) }), {
    outcome: 'not-comparable',
    reason: 'shadow-not-utf8',
  });
});

test('swapping the sides changes names only', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'running', 'runs', '東京', '!'), { maxLength: 6 });
  const texts = fc.array(
    words.map((list) => list.join(' ')),
    { maxLength: 3 },
  );
  const answers = texts.map((list) => jsonAnswer({ texts: list }));
  for (const metric of ['exact', 'normalised', 'rouge-l', 'edit-distance'] as const) {
    assertSymmetric({ kind: 'text', text: '$.texts[*]', metric, stem: true }, answers);
    assertSymmetric({ kind: 'text', metric, tokenizer: 'rouge-score' }, answers);
  }
});
