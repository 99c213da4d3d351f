import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

test('durations', () => {
  const read = ['500ms', '5s', '10m', '12h', '7d', '0ms'].map(parseDuration);
  assert.deepEqual(read, [500, 5000, 600_000, 43_200_000, 604_800_000, 0]);
});

test('sizes', () => {
  assert.deepEqual(['512B', '4KiB', '10MiB', '1GiB'].map(parseSize), [512, 4096, 10_485_760, 2 ** 30]);
});

test('anything else is refused', () => {
  for (const text of ['', '5', 's', '5 s', '-5s', '1.5s', '5S', '1e3s', '5s ', '99999999999s', '5toString']) {
    assert.equal(parseDuration(text), null, text);
  }
  for (const text of ['1', '1MB', '1mib', '1 MiB', '1constructor']) assert.equal(parseSize(text), null, text);
});

test('what is written is read as the same amount', () => {
  fc.assert(
    fc.property(fc.nat(1023), fc.constantFrom(1, 1000, 60_000, 1024, 2 ** 20), (count, factor) => {
      const amount = count * factor;
      assert.equal(parseDuration(formatDuration(amount)), amount);
      assert.equal(parseSize(formatSize(amount)), amount);
    }),
  );
});

test('the unit written is the largest that leaves a whole number', () => {
  assert.deepEqual([90_000, 60_000, 1500, 0].map(formatDuration), ['90s', '1m', '1500ms', '0ms']);
  assert.deepEqual([4096, 4097, 0].map(formatSize), ['4KiB', '4097B', '0B']);
});
