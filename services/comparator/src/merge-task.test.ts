import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoreFrom } from './merge-task.ts';

const state = { next: 20_000, last: { windowStart: 10_000, from: 40, count: 3 } };

test('the last window is read back from its records on', () => {
  assert.equal(restoreFrom(state, { start: 0, end: 43 }), 40);
});

test('a transaction that another lane’s merger left open before them does not halt the lane', () => {
  assert.equal(restoreFrom(state, { start: 0, end: 38 }), 38);
});

test('a lane that has merged nothing has nothing to read back', () => {
  assert.equal(restoreFrom({ last: null }, { start: 5, end: 43 }), 43);
});

test('records that are gone are not read back', () => {
  assert.equal(restoreFrom(state, { start: 41, end: 43 }), null);
});
