import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsText, reportOf } from './report.ts';

const ok = {
  name: 'kill',
  passed: 1,
  failures: [],
  counts: { windows: 50, kills: 3, alerts: 2 },
  seconds: 61.4,
};

test('the table has a line for each case, with what counts, and says why one failed', () => {
  assert.equal(countsText(ok), '1 test, 3 kills, 50 windows');
  const text = reportOf([
    ok,
    { ...ok, name: 'freeze', passed: 0, failures: ['a test: 3 findings'], counts: {} },
  ]);
  assert.match(text, /^kill +ok +61 s +1 test, 3 kills, 50 windows\n/);
  assert.match(text, /\nfreeze +FAILED +61 s +0 tests\n/);
  assert.match(text, /freeze: a test: 3 findings\n$/);
});
