import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bodies } from '../../test/answers.ts';
import { canonicalText, cutText, maxTextLength } from './canonical-json.ts';

test('keys are sorted, numbers are written as JavaScript writes them, nothing is spaced', () => {
  const value: unknown = JSON.parse('{"b": [1.0, 1E+2, -0], "a": {"é": null, "Z": true}, "__proto__": "x"}');
  assert.equal(canonicalText(value), '{"__proto__":"x","a":{"Z":true,"é":null},"b":[1,100,0]}');
});

test('a number beyond a double is text that is read as the same again', () => {
  assert.equal(canonicalText(JSON.parse('[1e400,-1e400]')), '[1e999,-1e999]');
});

test('text that fits is JSON of the same value', () => {
  fc.assert(
    fc.property(bodies, (value) => {
      const text = canonicalText(value);
      fc.pre(!text.endsWith('…'));
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('longer text is cut, and never inside a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 150, maxLength: 400 }), (text) => {
      for (const cut of [
        cutText(text.toWellFormed()),
        canonicalText(text),
        canonicalText({ [text]: [text] }),
      ]) {
        assert.ok(cut.length <= maxTextLength);
        assert.ok(cut.isWellFormed());
      }
    }),
  );
  assert.equal(canonicalText('x'.repeat(1000)), `"${'x'.repeat(198)}…`);
  assert.equal(canonicalText('x'.repeat(198)), `"${'x'.repeat(198)}"`);
});

test('depth and width are no trouble', () => {
  const depth = 100_000;
  const deep: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  assert.equal(canonicalText(deep), `${'['.repeat(199)}…`);
  assert.equal(canonicalText(Array.from({ length: 100_000 }, () => 1)).length, maxTextLength);
});
