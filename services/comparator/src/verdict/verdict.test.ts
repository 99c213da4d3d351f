import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SegmentSums } from '@understudy/schemas-avro';
import { Sums } from './sums.ts';
import { agreementOf, verdictOf } from './verdict.ts';

function sums(agreed: number, compared: number, notCompared: Record<string, number> = {}): SegmentSums {
  const sampled = compared + Object.values(notCompared).reduce((a, b) => a + b, 0);
  return { ...new Sums().toRecord(null), ledger: { sampled, compared, notCompared }, agreed };
}

const rule = { margin: 0.95, confidence: 0.95 };

test('without data a lane is inconclusive, and its agreement undefined, not 0 or 1', () => {
  assert.deepEqual(agreementOf(sums(0, 0), 0.95), { estimate: null, lower: null, upper: null });
  assert.equal(verdictOf({ sums: sums(0, 0), ...rule }).verdict, 'inconclusive');
});

test('few data are inconclusive, however good or bad they look', () => {
  assert.equal(verdictOf({ sums: sums(7, 7), ...rule }).verdict, 'inconclusive');
  assert.equal(verdictOf({ sums: sums(3, 4), ...rule }).verdict, 'inconclusive');
});

test('enough data pass above the margin and fail below it', () => {
  assert.equal(verdictOf({ sums: sums(1_990, 2_000), ...rule }).verdict, 'pass');
  assert.equal(verdictOf({ sums: sums(1_700, 2_000), ...rule }).verdict, 'fail');
});

test('the interval is the confidence sequence of what counts', () => {
  // B(k+1, n-k+1) / (p^k (1-p)^(n-k)) = 20 at both ends, for k = 95, n = 100; found by bisection.
  const { estimate, lower, upper } = agreementOf(sums(95, 100), 0.95);
  assert.equal(estimate, 0.95);
  for (const p of [lower, upper]) {
    assert.ok(p !== null);
    const logBeta = logFactorial(95) + logFactorial(5) - logFactorial(101);
    assert.ok(Math.abs(logBeta - 95 * Math.log(p) - 5 * Math.log(1 - p) - Math.log(20)) < 1e-6);
  }
});

test('a shadow that fails the hard requests can not pass by answering the easy ones', () => {
  assert.equal(verdictOf({ sums: sums(1_000, 1_000, { 'shadow-timed-out': 200 }), ...rule }).verdict, 'fail');
});

test('recovered requests count as compared: what they say narrows the bounds that their absence had widened', () => {
  const deferred = sums(900, 900, { 'shadow-deferred': 100 });
  const corrections = { ...deferred.corrections, compared: 100, agreed: 60, differences: { class: 40 } };
  const corrected = { ...deferred, corrections };
  assert.deepEqual(agreementOf(corrected, 0.95), agreementOf(sums(960, 1_000), 0.95));
  assert.equal(verdictOf({ sums: corrected, ...rule }).balanced, true);
  const tooMany = { ...deferred, corrections: { ...corrections, compared: 101 } };
  assert.deepEqual(verdictOf({ sums: tooMany, ...rule }).verdict, 'fail');
});

test('what is missing widens the bounds to both sides and decides nothing', () => {
  const missing = sums(1_000, 1_000, { 'missing-production-response': 200 });
  assert.equal(verdictOf({ sums: missing, ...rule }).verdict, 'inconclusive');
  const { estimate, lower, upper } = agreementOf(missing, 0.95);
  assert.equal(estimate, 1);
  assert.ok(lower !== null && lower < 0.85);
  assert.ok(upper !== null && upper > 0.99);
});

test('what production failed is outside', () => {
  assert.deepEqual(
    agreementOf(sums(95, 100, { 'production-failed': 50 }), 0.95),
    agreementOf(sums(95, 100), 0.95),
  );
});

test('a ledger out of balance fails the lane', () => {
  const broken = { ...sums(2_000, 2_000), ledger: { sampled: 2_001, compared: 2_000, notCompared: {} } };
  const { verdict, balanced } = verdictOf({ sums: broken, ...rule });
  assert.deepEqual({ verdict, balanced }, { verdict: 'fail', balanced: false });
});

test('criteria that are not evaluated are listed as that', () => {
  const { criteria } = verdictOf({ sums: sums(1_990, 2_000), ...rule });
  const [agreement, ...others] = criteria;
  assert.equal(agreement?.name, 'agreement');
  assert.ok(others.length > 0 && others.every(({ outcome }) => outcome === 'not_evaluated'));
});

function logFactorial(n: number): number {
  return Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
}
