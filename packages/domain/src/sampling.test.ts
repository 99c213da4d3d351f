import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSampled } from './sampling.ts';

const keys = Array.from({ length: 20_000 }, (_, i) => `session-${i}`);

test('the share of keys sampled is the rate', () => {
  const share = keys.filter((key) => isSampled(key, 'salt', 0.25)).length / keys.length;
  assert.ok(Math.abs(share - 0.25) < 0.015, `${share}`);
});

test('a key sampled at a rate is sampled at every higher one', () => {
  for (const key of keys.slice(0, 1000)) {
    if (isSampled(key, 'salt', 0.1)) assert.ok(isSampled(key, 'salt', 0.3));
  }
});

test('another salt samples other keys', () => {
  const both = keys.filter((key) => isSampled(key, 'a', 0.5) && isSampled(key, 'b', 0.5)).length;
  assert.ok(Math.abs(both / keys.length - 0.25) < 0.015, `${both}`);
});

test('the ends of the range are all and none', () => {
  assert.ok(keys.every((key) => isSampled(key, 'salt', 1)));
  assert.ok(!keys.some((key) => isSampled(key, 'salt', 0)));
});
