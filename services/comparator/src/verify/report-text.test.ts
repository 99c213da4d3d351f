import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf, noOutcomes, withOutcome } from './outcomes.ts';
import { reportText, summaryText } from './report-text.ts';
import type { WindowReport } from './verify-steps.ts';

const window = {
  windowStart: Date.parse('2026-01-31T12:00:00Z'),
  windowEnd: Date.parse('2026-01-31T12:00:10Z'),
};
const same: WindowReport = {
  ...window,
  outcome: 'same',
  requests: 1_226,
  pairs: 1,
  bytes: 48_310,
  otherVersion: null,
};
const differs: WindowReport = {
  ...window,
  outcome: 'differs',
  count: 22,
  differences: [{ field: 'pairs[loan-17]', published: null, computed: 'agreeing' }],
  causes: ['it is mixed'],
};
const untellable: WindowReport = { ...window, outcome: 'untellable', reason: 'it is not over yet' };

test('a window is a line, and one that differs says where and why', () => {
  const when = '2026-01-31T12:00:00.000Z to 12:00:10.000Z';
  assert.equal(reportText(same), `${when}  same: 1,226 requests, 1 pair, 48,310 bytes compared\n`);
  assert.equal(
    reportText({ ...same, otherVersion: '0.0.9' }),
    `${when}  same: 1,226 requests, 1 pair, 48,310 bytes compared; published by comparator 0.0.9\n`,
  );
  assert.equal(
    reportText({ ...same, requests: 0, pairs: 0, bytes: 0 }),
    `${when}  same: nothing was sampled, and nothing was published\n`,
  );
  assert.equal(
    reportText(differs),
    `${when}  differs in 22 places\n  pairs[loan-17]: published nothing, computed again agreeing\n` +
      '  and 21 more\n  why: it is mixed\n',
  );
  assert.equal(reportText(untellable), `${when}  can't be told: it is not over yet\n`);
});

test('the exit code is that of the worst window', () => {
  const of = (...reports: WindowReport[]) => reports.reduce(withOutcome, noOutcomes);
  assert.equal(exitCodeOf(of(same, same)), 0);
  assert.equal(exitCodeOf(of(same, untellable)), 2);
  assert.equal(exitCodeOf(of(untellable, differs, same)), 1);
  assert.equal(summaryText(of(untellable, differs, same, same)), "2 same, 1 differ, 1 can't be told\n");
});
