import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts, partsToRun } from './options.ts';

test('everything, or the one part asked for', () => {
  assert.deepEqual(partsToRun([]), parts);
  assert.deepEqual(partsToRun(['--only', 'e2e']), ['e2e']);
});

test('an unknown part or option is refused with what may be written', () => {
  assert.throws(
    () => partsToRun(['--only', 'units']),
    /--only units: write one of checks, unit, integration, e2e, faults/,
  );
  assert.throws(() => partsToRun(['--fast']), /--fast/);
});
