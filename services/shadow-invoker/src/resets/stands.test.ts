import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOf, type Stand } from './stands.ts';

const windowMs = 10;
const of = (written: number, waiting: number): Stand => ({
  partition: 0,
  written,
  position: 5,
  end: 5 + waiting,
});
const later = 1_000_000;

test('a lane ends where the partition that is furthest behind stood: what is published is all before it', () => {
  assert.equal(endOf([of(57, 3), of(34, 1), of(99, 20)], { windowMs, nowMs: later }), 30);
});

test('a partition in which nothing waits holds nobody back', () => {
  assert.equal(endOf([of(57, 3), of(4, 0)], { windowMs, nowMs: later }), 50);
});

test('where nothing waits anywhere, the last window is whole when it is over, by whatever clock', () => {
  assert.equal(endOf([of(57, 0), of(4, 0)], { windowMs, nowMs: later }), 60);
  assert.equal(endOf([of(60, 0)], { windowMs, nowMs: later }), 70);
  assert.equal(endOf([of(57, 0), of(4, 0)], { windowMs, nowMs: 60 + 9_999 }), 50);
});
