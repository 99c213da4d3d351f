import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boosted, repaired } from '../../test/lane-reports.ts';
import { demoDocument } from './json-document.ts';

test('the document has what programs need, and nothing else', () => {
  const addresses = { gateway: 'g', console: 'c', kafka: 'k', registry: 'r' };
  const lanes = [
    { ...boosted, segments: boosted.segments.slice(0, 1) },
    { ...repaired, segments: [] },
  ];
  assert.deepEqual(demoDocument({ requests: 1226, applicants: 1226, affected: 0, lanes, addresses }), {
    requests: 1226,
    lanes: [
      {
        lane: 'mortgage.boosted.live',
        ledger: { sampled: 1226, compared: 1226, notCompared: {} },
        balanced: true,
        agreement: { estimate: 0.8834, lower: 0.8469, upper: 0.9142 },
        verdict: 'fail',
        segments: [
          {
            segment: { field: 'self_employed', value: 'yes' },
            agreement: { estimate: 0.1477, lower: 0.0685, upper: 0.2613 },
            compared: 149,
          },
        ],
      },
      {
        lane: 'mortgage.repaired.live',
        ledger: {
          sampled: 1226,
          compared: 1216,
          notCompared: { 'shadow-timed-out': 9, 'missing-production-response': 1 },
        },
        balanced: true,
        agreement: { estimate: 0.985, lower: 0.9664, upper: 0.9951 },
        verdict: 'pass',
        segments: [],
      },
    ],
    addresses,
  });
});
