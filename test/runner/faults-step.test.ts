import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultCases } from '../faults/cases.ts';
import type { FaultCase } from '../faults/fault-case.ts';
import { faultsOfRun } from './faults-step.ts';

const ours = { file: 'test/faults/a.fault.test.ts', names: ['a'] };
const elsewhere = { file: 'packages/a/test/a.integration.test.ts', names: ['a'] };
const fault = { name: 'a', numbers: [1], fault: '', holds: '', brokers: 1, choice: 'short' } as const;

test('of the short choice, what no other part runs', () => {
  const cases: readonly FaultCase[] = [
    { ...fault, tests: [ours, elsewhere] },
    { ...fault, tests: [elsewhere] },
    { ...fault, choice: 'long', tests: [ours] },
  ];
  assert.deepEqual(faultsOfRun(cases), [{ ...fault, tests: [ours] }]);
});

test('processes, transactions and the broker are among them', () => {
  const names = faultsOfRun(faultCases).map(({ name }) => name);
  assert.deepEqual(names, ['terminate', 'kill-before-positions', 'commits-unanswered', 'broker-killed']);
});
