import { InvalidArgumentError } from 'commander';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText } from './age.ts';
import { parsePosition, positionText, selectLetters } from './select-letters.ts';

const of = (
  lane: string,
  reason: string,
): { letter: NonNullable<Parameters<typeof selectLetters>[0][number]['letter']> } => ({
  letter: {
    lane,
    stage: 'shadow-invoker',
    reason,
    source: { topic: 't', partition: 0, offset: 0 },
    appendedMs: 0,
    calls: null,
  },
});

test('letters of a lane, of a reason, of both', () => {
  const [a, b, c] = [of('x.a.live', 'http-503'), of('x.a.live', 'http-500'), of('x.b.live', 'http-503')];
  const nobodys = { letter: null };
  const letters = [a, b, c, nobodys];
  assert.deepEqual(selectLetters(letters, { lane: null, reason: null }), letters);
  assert.deepEqual(selectLetters(letters, { lane: 'x.a.live', reason: null }), [a, b]);
  assert.deepEqual(selectLetters(letters, { lane: null, reason: 'http-503' }), [a, c]);
  assert.deepEqual(selectLetters(letters, { lane: 'x.a.live', reason: 'http-50' }), [a, b]);
  assert.deepEqual(selectLetters(letters, { lane: 'x.a', reason: null }), []);
});

test('a letter’s name is read as it is shown', () => {
  assert.deepEqual(parsePosition('3/17'), { partition: 3, offset: 17 });
  assert.equal(positionText({ partition: 3, offset: 17 }), '3/17');
  for (const text of ['3', '3/', '/17', '3/17/1', '-1/2', 'a/b']) {
    assert.throws(() => parsePosition(text), InvalidArgumentError, text);
  }
});

test('ages in their largest unit', () => {
  const ages = [-5, 999, 59_999, 60_000, 7_200_000, 3 * 86_400_000].map(ageText);
  assert.deepEqual(ages, ['0 s', '0 s', '59 s', '1 min', '2 h', '3 d']);
});
