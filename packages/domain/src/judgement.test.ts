import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgementHeaders, judgementOf } from './judgement.ts';

test('what is judged for the first time says nothing of it', () => {
  assert.deepEqual(judgementHeaders(0), {});
  assert.equal(judgementOf({ traceparent: '00' }), 0);
});

test('a judgement is read back', () => {
  assert.equal(judgementOf(judgementHeaders(12)), 12);
});

test('a header that is no number is none of ours', () => {
  assert.equal(judgementOf({ 'understudy-judgement': '-1' }), 0);
});
