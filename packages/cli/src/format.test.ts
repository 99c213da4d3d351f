import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, counted, interval, milliseconds, percent, shadowOf } from './format.ts';

test('numbers have thousands separators', () => {
  assert.deepEqual([count(0), count(999), count(1226), count(1_000_000)], ['0', '999', '1,226', '1,000,000']);
  assert.deepEqual([counted(1, 'request'), counted(1226, 'request')], ['1 request', '1,226 requests']);
});

test('shares are percentages, with bounds where there are any', () => {
  assert.deepEqual([percent(0.8834), percent(1, 0), percent(null)], ['88.3%', '100%', '–']);
  assert.equal(interval({ estimate: 0.8834, lower: 0.8469, upper: 0.9142 }), '88.3% [84.7, 91.4]');
  assert.equal(interval({ estimate: 0.1477, lower: 0.0685, upper: 0.2613 }, 0), '15% [7, 26]');
  assert.equal(interval({ estimate: null, lower: null, upper: null }), '–');
});

test('latencies have the digits that matter', () => {
  assert.deepEqual([0.42, 9.94, 12.4, 1240.6].map(milliseconds), ['0.4 ms', '9.9 ms', '12 ms', '1,241 ms']);
  assert.equal(milliseconds(null), '–');
});

test('a lane goes by its shadow', () => {
  assert.equal(shadowOf('mortgage.boosted.live'), 'boosted');
});
