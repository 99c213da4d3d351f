import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingRecord } from '../client/records.ts';
import { ByteBudget } from './byte-budget.ts';
import type { Appetite, StreamTask } from './stream-task.ts';
import { TaskInputs } from './task-inputs.ts';
import type { FetchControl } from './task-ports.ts';

const input = { topic: 't', partition: 0 };
const queues = {
  limits: { maxRecords: 4, maxBytes: 10_000, leastBytes: 1_000 },
  budget: new ByteBudget(1_000_000),
};

function recordsFrom(offset: number, count: number): IncomingRecord[] {
  return Array.from({ length: count }, (_, n) => ({
    ...input,
    offset: offset + n,
    timestampMs: 0,
    key: null,
    value: null,
    headers: {},
  }));
}

function taskWith(appetite: () => Appetite): StreamTask {
  return {
    appetite,
    accept() {},
    output: () => null,
    committed() {},
    wantedTicks: () => [],
    close() {},
  };
}

/** Inputs that begin at offset 0, and what the consumer was told. */
function opened(): { inputs: TaskInputs; told: string[] } {
  const told: string[] = [];
  const fetching: FetchControl = {
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    seek: (_, offset) => told.push(`seek ${offset}`),
  };
  const inputs = new TaskInputs([input], queues, fetching);
  inputs.startAt(new Map([['t/0', 0]]));
  return { inputs, told };
}

test('what a batch has filled is paused before the consumer fetches again, and once', () => {
  const { inputs, told } = opened();
  inputs.offer(input, recordsFrom(0, 3), 3);
  assert.deepEqual(told, []);
  inputs.offer(input, recordsFrom(3, 1), 4);
  assert.deepEqual(told, ['pause']);
  inputs.followAppetite(taskWith(() => 'now'));
  assert.deepEqual(told, ['pause']);
});

test('it is fetched again when half of it is taken', () => {
  const { inputs, told } = opened();
  const task = taskWith(() => 'now');
  inputs.offer(input, recordsFrom(0, 4), 4);
  inputs.queues[0]?.shift();
  inputs.followAppetite(task);
  assert.deepEqual(told, ['pause']);
  inputs.queues[0]?.shift();
  inputs.followAppetite(task);
  inputs.followAppetite(task);
  assert.deepEqual(told, ['pause', 'resume']);
});

test('of an input that has all its task needs nothing more is fetched', () => {
  const { inputs, told } = opened();
  inputs.followAppetite(taskWith(() => 'later'));
  assert.deepEqual(told, []);
  inputs.followAppetite(taskWith(() => 'never'));
  assert.deepEqual(told, ['pause']);
});

test('after a rebalance the consumer hears positions and pauses again', () => {
  const { inputs, told } = opened();
  inputs.offer(input, recordsFrom(0, 4), 4);
  inputs.restoreFetching(taskWith(() => 'now'));
  assert.deepEqual(told, ['pause', 'seek 4', 'resume', 'pause']);
});
