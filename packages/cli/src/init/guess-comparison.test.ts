import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { UserError } from '../user-error.ts';
import type { Guess } from './guess.ts';
import { guessComparison } from './guess-comparison.ts';

const guess = (production: unknown, shadow: unknown, productionAgain = production): Guess =>
  guessComparison({ production, productionAgain, shadow });

suite('a class', () => {
  test('by its name, with the score beside it', () => {
    const { comparison, reason } = guess(
      { id: 'a', decision: 'approved', score: 0.9, note: 'x' },
      { id: 'b', decision: 'denied', score: 0.4, note: 'x' },
    );
    assert.deepEqual(comparison, { kind: 'class', label: '/decision', score: '/score' });
    assert.match(reason, /a text at \/decision \(production "approved", the shadow "denied"\)/);
    assert.match(reason, /\/score is recorded as its score/);
  });

  test('the more telling of two names, wherever it lies', () => {
    const answer = { result: 'ok', output: { predictedClass: 'cat' } };
    assert.deepEqual(guess(answer, answer).comparison, {
      kind: 'class',
      label: '/output/predictedClass',
      score: null,
    });
  });

  test('of a batch of one', () => {
    const answer = { predictions: [{ label: true, probability: 0.8 }] };
    assert.deepEqual(guess(answer, answer).comparison, {
      kind: 'class',
      label: '/predictions/0/label',
      score: '/predictions/0/probability',
    });
  });

  test('by being the only one of its kind, among ids, versions and numbers', () => {
    const { comparison, reason } = guess(
      { request_id: 'q', modelVersion: '1', species: 'setosa', petal: 1, sepal: 2 },
      { request_id: 'r', modelVersion: '2', species: 'virginica', petal: 1, sepal: 2 },
    );
    assert.deepEqual(comparison, { kind: 'class', label: '/species', score: null });
    assert.match(reason, /the only short text or boolean/);
  });

  test('by being the only text, whose score is no number of its own', () => {
    const answer = { species: 'setosa', score: 0.9 };
    assert.deepEqual(guess(answer, answer).comparison, { kind: 'class', label: '/species', score: '/score' });
  });

  test('as the whole answer', () => {
    assert.deepEqual(guess('spam', 'ham').comparison, { kind: 'class', label: '', score: null });
  });

  test('a whole number with a probability beside it; without one it is a number', () => {
    const withProbability = { prediction: 1, probability: 0.7 };
    assert.deepEqual(guess(withProbability, withProbability).comparison, {
      kind: 'class',
      label: '/prediction',
      score: '/probability',
    });
    assert.deepEqual(guess({ prediction: 250_000 }, { prediction: 240_000 }).comparison, {
      kind: 'number',
      value: '/prediction',
    });
  });
});

suite('a number', () => {
  test('by its name, whatever text stands beside it', () => {
    const { comparison, reason } = guess({ price: 12.5, currency: 'EUR' }, { price: 12.75, currency: 'EUR' });
    assert.deepEqual(comparison, { kind: 'number', value: '/price' });
    assert.match(reason, /a number at \/price \(production 12.5, the shadow 12.75\)/);
  });

  test('a score without a text beside it', () => {
    assert.deepEqual(guess({ probability: 0.5, n: 1 }, { probability: 0.25, n: 1 }).comparison, {
      kind: 'number',
      value: '/probability',
    });
  });

  test('by being the only one', () => {
    assert.deepEqual(guess({ days: 3, took_ms: 1 }, { days: 4, took_ms: 2 }).comparison, {
      kind: 'number',
      value: '/days',
    });
    assert.deepEqual(guess([[0.5]], [[0.25]]).comparison, { kind: 'number', value: '/0/0' });
  });
});

suite('a document', () => {
  test('where several fields could be what the model says', () => {
    const { comparison, reason } = guess({ colour: 'red', shape: 'round' }, { colour: 'red', shape: 'flat' });
    assert.deepEqual(comparison, { kind: 'json', ignore: [] });
    assert.match(reason, /Several fields .*\/colour, \/shape/);
  });

  test('without what production changes by itself, and what is about the answer', () => {
    const answer = (id: number, model: string): unknown => {
      return {
        id,
        model,
        items: [
          { n: 1, at: id },
          { n: 2, at: id + 1 },
        ],
        made: { 'a/b': id },
      };
    };
    const { comparison, reason } = guess(answer(1, 'old'), answer(7, 'new'), answer(2, 'old'));
    assert.deepEqual(comparison, { kind: 'json', ignore: ['/id', '/items/*/at', '/made/a~1b', '/model'] });
    assert.match(reason, /when it was asked again: \/id, \/items\/\*\/at, \/made\/a~1b\./);
    assert.match(reason, /no part of it: \/model\./);
  });

  test('a label that production changes by itself is none', () => {
    const { comparison } = guess(
      { label: 'a', items: [1, 2] },
      { label: 'a', items: [1, 2] },
      { label: 'b', items: [1, 2] },
    );
    assert.deepEqual(comparison, { kind: 'json', ignore: ['/label'] });
  });

  test('a long text is none, either', () => {
    const text = 'It depends on what you mean by that.';
    assert.equal(guess({ answer: text }, { answer: text }).comparison.kind, 'json');
  });
});

suite('nothing', () => {
  test('answers without a common field', () => {
    assert.throws(
      () => guess({ decision: 'a' }, { error: 'no such model' }),
      (error) => error instanceof UserError && /nothing in common.*no such model/.test(error.message),
    );
  });

  test('answers that are another thing each time', () => {
    assert.throws(
      () => guess({ text: 'a' }, { text: 'c' }, { text: 'b' }),
      (error) => error instanceof UserError && /differently each time \(\/text\)/.test(error.message),
    );
  });
});
