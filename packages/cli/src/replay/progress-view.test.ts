import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressText, TimeLeft } from './progress-view.ts';

test('progress in words', () => {
  assert.equal(
    progressText({ done: 1_200, of: 4_000, newest: [] }, ''),
    '1,200 of 4,000 requests, no window closed yet',
  );
  assert.match(progressText({ done: 0, of: 0, newest: [] }, 'paused'), /, paused$/);
});

test('the time left is told by what was done since the first look', () => {
  const left = new TimeLeft();
  const at = (done: number, nowMs: number): string => left.text({ done, of: 1_000, newest: [] }, nowMs);
  assert.equal(at(400, 10_000), '', 'nobody knows how long that took');
  assert.equal(at(500, 20_000), '50 s left');
  assert.equal(at(900, 20_000), '2 s left');
  assert.equal(at(1_000, 30_000), '');
});
