import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCalls, parseMoment, parseRate, parseSpeed } from './times.ts';

const now = Date.UTC(2026, 2, 1, 12);

test('a moment is a time, or how long ago', () => {
  assert.equal(parseMoment('2026-03-01T10:00:00Z', now), now - 2 * 3_600_000);
  assert.equal(parseMoment('2026-03-01', now), now - 12 * 3_600_000);
  assert.equal(parseMoment('-2h', now), now - 2 * 3_600_000);
  assert.equal(parseMoment('-7d', now), now - 7 * 86_400_000);
  for (const text of ['', 'yesterday', '-', '-2', '2h', '12', '2026', '2026-13-01']) {
    assert.throws(() => parseMoment(text, now), /such as 2026-03-01T08:00:00Z/, text);
  }
});

test('a speed is as recorded, so many times faster, or as fast as it goes', () => {
  assert.equal(parseSpeed('as-recorded'), 1);
  assert.equal(parseSpeed('5x'), 5);
  assert.equal(parseSpeed('0.5x'), 0.5);
  assert.equal(parseSpeed('max'), null);
  for (const text of ['', '5', 'x', '0x', '-1x', '1e9x', 'fast']) {
    assert.throws(() => parseSpeed(text), /how many times faster/, text);
  }
});

test('limits of a run of its own', () => {
  assert.equal(parseCalls('8'), 8);
  assert.equal(parseRate('0.5'), 0.5);
  for (const text of ['', '0', '-1', '1001', '1.5', 'many'])
    assert.throws(() => parseCalls(text), /from 1 to 1000/);
  for (const text of ['', '0', '-1', '1e3', '20/s']) assert.throws(() => parseRate(text), /calls a second/);
});
