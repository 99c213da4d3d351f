import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultCase } from './fault-case.ts';
import { faultOptions } from './options.ts';

const known = (name: string, brokers: 1 | 3, choice: 'short' | 'long'): FaultCase => ({
  name,
  numbers: [1],
  fault: 'something breaks',
  holds: 'nothing is lost',
  brokers,
  choice,
  tests: [],
});
const all = [known('a', 1, 'short'), known('b', 1, 'long'), known('c', 3, 'short')];
const chosen = (...args: string[]): string[] => faultOptions(args, all).cases.map(({ name }) => name);

test('all cases, or those that are asked for', () => {
  assert.deepEqual(chosen(), ['a', 'b', 'c']);
  assert.deepEqual(chosen('--only', 'c', '--only', 'a'), ['a', 'c']);
  assert.deepEqual(chosen('--short'), ['a', 'c']);
  assert.deepEqual(chosen('--short', '--brokers', '1'), ['a']);
});

test('seed and kills are whole numbers, or left to each test', () => {
  const { seed, kills, listOnly } = faultOptions(['--seed', '7', '--kills', '200', '--list'], all);
  assert.deepEqual({ seed, kills, listOnly }, { seed: 7, kills: 200, listOnly: true });
  assert.deepEqual([faultOptions([], all).seed, faultOptions([], all).kills], [null, null]);
});

test('what makes no sense is refused with what may be written', () => {
  assert.throws(() => chosen('--only', 'd'), /there is no case d: --list shows them all/);
  assert.throws(() => chosen('--brokers', '2'), /--brokers 2: write 1 or 3/);
  assert.throws(() => chosen('--seed', 'x'), /--seed x: write a whole number/);
});
