import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  areBalanced,
  bearingOf,
  correctedLedger,
  isBalanced,
  type Ledger,
  notComparedReasons,
} from './ledger.ts';

const balancedLedger: fc.Arbitrary<Ledger> = fc
  .record({
    compared: fc.nat(1000),
    notCompared: fc.dictionary(fc.constantFrom(...notComparedReasons), fc.integer({ min: 1, max: 99 })),
  })
  .map(({ compared, notCompared }) => ({
    sampled: compared + Object.values(notCompared).reduce((a, b) => a + b, 0),
    compared,
    notCompared,
  }));

test('a ledger balances whatever the reasons', () => {
  fc.assert(fc.property(balancedLedger, (ledger) => isBalanced(ledger)));
});

test('one request too many or too few is out of balance', () => {
  assert.equal(isBalanced({ sampled: 3, compared: 1, notCompared: { 'shadow-failed': 1 } }), false);
});

test('what production failed is outside; a failing shadow disagrees; an answer that is missing may have agreed', () => {
  assert.equal(bearingOf('production-failed'), 'outside');
  assert.equal(bearingOf('shadow-failed'), 'disagreement');
  assert.equal(bearingOf('missing-production-response'), 'missing');
});

test('a corrected request moves from deferred to compared, and the run stays in balance', () => {
  const deferred = fc.nat(50).chain((count) => fc.tuple(fc.constant(count), fc.nat(count)));
  fc.assert(
    fc.property(balancedLedger, deferred, (ledger, [count, compared]) => {
      const before = ledger.notCompared['shadow-deferred'] ?? 0;
      const run: Ledger = {
        ...ledger,
        sampled: ledger.sampled + count,
        notCompared: { ...ledger.notCompared, 'shadow-deferred': before + count },
      };
      const corrected = correctedLedger(run, { compared, notCompared: {} });
      assert.ok(isBalanced(corrected));
      assert.equal(corrected.compared, run.compared + compared);
      assert.equal(corrected.notCompared['shadow-deferred'] ?? 0, before + count - compared);
    }),
  );
});

test('more corrected than were deferred is out of balance', () => {
  const ledger: Ledger = { sampled: 2, compared: 1, notCompared: { 'shadow-deferred': 1 } };
  assert.equal(isBalanced(correctedLedger(ledger, { compared: 1, notCompared: {} })), true);
  assert.equal(isBalanced(correctedLedger(ledger, { compared: 2, notCompared: {} })), false);
});

test('no more recoveries are judged than were answered', () => {
  const corrections = { compared: 2, notCompared: { 'recovered-before': 1 } } as const;
  assert.deepEqual([areBalanced(corrections, 3), areBalanced(corrections, 2)], [true, false]);
});
