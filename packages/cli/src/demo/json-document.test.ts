import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boosted, callers, repaired } from '../../test/lane-reports.ts';
import { demoDocument } from './json-document.ts';

test('the document has what programs need, and nothing else', () => {
  const addresses = { gateway: 'g', console: 'c', kafka: 'k', registry: 'r' };
  const lanes = [
    { ...boosted, segments: boosted.segments.slice(0, 1) },
    { ...repaired, segments: [] },
  ];
  const outage = { lane: boosted.lane, durationMs: 5_000, callers };
  assert.deepEqual(demoDocument({ requests: 1226, applicants: 1226, outage, lanes, addresses }), {
    requests: 1226,
    affected: 0,
    callers,
    lanes: [
      {
        lane: 'mortgage.boosted.live',
        ledger: { sampled: 1226, compared: 1225, notCompared: { 'shadow-deferred': 1 } },
        corrected: 13,
        recovered: { answered: 13, 'dead-lettered': 1 },
        balanced: true,
        agreement: { estimate: 0.8834, lower: 0.8469, upper: 0.9142 },
        verdict: 'fail',
        labels: null,
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
        corrected: 0,
        recovered: {},
        balanced: true,
        agreement: { estimate: 0.985, lower: 0.9664, upper: 0.9951 },
        verdict: 'pass',
        labels: repaired.labels,
        segments: [],
      },
    ],
    addresses,
  });
});
