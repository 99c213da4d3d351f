import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextBoundary, windowStart } from './window.ts';

test('a boundary belongs to the window that it opens', () => {
  assert.equal(windowStart(14_999, 5000), 10_000);
  assert.equal(windowStart(15_000, 5000), 15_000);
});

test('the next boundary of a boundary is itself', () => {
  assert.equal(nextBoundary(15_000, 5000), 15_000);
  assert.equal(nextBoundary(15_001, 5000), 20_000);
});
