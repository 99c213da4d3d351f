import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boosted, repaired } from '../../test/lane-reports.ts';
import { statusText } from './status.ts';

test('before a window has closed, what the gateway has recorded', () => {
  assert.equal(statusText({ published: 1, lost: {}, pending: 0 }, []), '1 exchange recorded');
});

test('what was lost, and what each lane has found', () => {
  assert.equal(
    statusText({ published: 1226, lost: { 'queue-full': 2 }, pending: 3 }, [boosted, repaired]),
    '1,226 exchanges recorded, 2 lost (queue-full); ' +
      'mortgage.boosted: 1,226 sampled, 1,225 compared, 88.3% agree, fail; ' +
      'mortgage.repaired: 1,226 sampled, 1,216 compared, 98.5% agree, pass',
  );
});
