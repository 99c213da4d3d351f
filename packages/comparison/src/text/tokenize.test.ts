import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenize, type TokenizeOptions } from './tokenize.ts';

const unicode: TokenizeOptions = { tokenizer: 'unicode', stem: false };
const rougeScore: TokenizeOptions = { tokenizer: 'rouge-score', stem: false };

test('words of every script are tokens, in lower case and without punctuation', () => {
  assert.deepEqual(tokenize('The CAT, sat! 3.5%', unicode), ['the', 'cat', 'sat', '3', '5']);
  assert.deepEqual(tokenize('Naïve ΣΟΦΌΣ Ёлка हिन्दी', unicode), ['naïve', 'σοφός', 'ёлка', 'हिन्दी']);
});

test('scripts without spaces are cut into characters, with the marks that belong to them', () => {
  assert.deepEqual(tokenize('東京タワー2024', unicode), ['東', '京', 'タ', 'ワ', 'ー', '2024']);
  assert.deepEqual(tokenize('ที่', unicode), ['ที่']);
});

test('what looks the same is the same token', () => {
  assert.deepEqual(tokenize('caf\u0065\u0301 ２４ ﬁne', unicode), tokenize('caf\u00e9 24 fine', unicode));
});

test('the tokenizer of rouge-score knows the letters a to z and digits only', () => {
  assert.deepEqual(tokenize('Café No. 42', rougeScore), ['caf', 'no', '42']);
  assert.deepEqual(tokenize('東京', rougeScore), []);
});

test('without letters and digits there is no token', () => {
  for (const text of ['', ' \n', '…!?', '👍']) assert.deepEqual(tokenize(text, unicode), []);
});

test('words of more than three characters are stemmed, short ones are left', () => {
  assert.deepEqual(
    tokenize('is running, ran 2,000 times, internationalizations', { ...unicode, stem: true }),
    ['is', 'run', 'ran', '2', '000', 'time', 'internation'],
  );
});
