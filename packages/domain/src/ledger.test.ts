import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bearings, isBalanced, type Ledger, notComparedReasons } from './ledger.ts';

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
  const ledger: Ledger = {
    sampled: 10,
    compared: 4,
    notCompared: { 'production-failed': 1, 'shadow-failed': 2, 'missing-production-response': 3 },
  };
  assert.deepEqual(bearings(ledger), { counted: 9, missing: 3 });
});
