import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingRecord } from '../client/records.ts';
import { ByteBudget } from './byte-budget.ts';
import { policyFor } from './fault-policy.ts';
import { InputQueue } from './input-queue.ts';
import { Membership } from './membership.ts';
import { Positions } from './positions.ts';
import { Signal } from './signal.ts';
import { nextState } from './task-state.ts';

function record(offset: number, bytes = 10): IncomingRecord {
  const value = Buffer.alloc(bytes);
  return { topic: 't', partition: 0, offset, timestampMs: 0, key: null, value, headers: {} };
}

const defaultLimits = { maxRecords: 4, maxBytes: 10_000, leastBytes: 1_000 };

function queue(limits = defaultLimits, budget = new ByteBudget(1_000_000)): InputQueue {
  return new InputQueue({ topic: 't', partition: 0 }, { limits, budget });
}

test('a queue takes nothing before it has a position, and each record once', () => {
  const input = queue();
  input.offer([record(0)], 1);
  assert.equal(input.size, 0);
  input.reset(1);
  input.offer([record(0), record(1)], 3);
  input.offer([record(1), record(3)], 4);
  assert.deepEqual([input.size, input.position], [2, 4]);
  assert.equal(input.peek()?.offset, 1);
  input.shift();
  assert.equal(input.peek()?.offset, 3);
});

test('the position passes control records, of which no record comes', () => {
  const input = queue();
  input.reset(0);
  input.offer([], 7);
  assert.equal(input.position, 7);
});

test('who has done all that was fetched goes on behind what holds no record; who has not, where it is', () => {
  const input = queue();
  input.reset(5);
  input.offer([], 7);
  assert.deepEqual([input.goOnFrom(4), input.goOnFrom(5), input.goOnFrom(20)], [4, 7, 20]);
  input.offer([record(7)], 9);
  assert.equal(input.goOnFrom(7), 7, 'the record is not taken');
  input.shift();
  assert.deepEqual([input.goOnFrom(7), input.goOnFrom(8)], [7, 9], 'taken is not done');
});

test('a commit takes along the inputs that moved on without a record, and names no other', () => {
  const [named, quiet, still] = ['named', 'quiet', 'still'].map(
    (topic) =>
      new InputQueue({ topic, partition: 0 }, { limits: defaultLimits, budget: new ByteBudget(1_000_000) }),
  );
  assert.ok(named && quiet && still);
  for (const input of [named, quiet, still]) input.reset(3);
  quiet.offer([], 6);
  const positions = new Positions();
  const at = (topic: string, offset: number | null) => ({ topic, partition: 0, offset, metadata: topic });
  positions.reset([at('named', null), at('quiet', 3), at('still', 3)]);
  const next = () => {
    const committed = positions.next([{ ...at('named', 3), offset: 3 }], [named, quiet, still]);
    positions.committed(committed);
    return committed.map(({ topic, offset, metadata }) => [topic, offset, metadata]);
  };
  assert.deepEqual(next(), [
    ['named', 3, 'named'],
    ['quiet', 6, 'quiet'],
  ]);
  assert.deepEqual(next(), [['named', 3, 'named']], 'once is enough');
});

test('a queue is full at its limit of records or of bytes, and has room again at half of it', () => {
  const byCount = queue();
  byCount.reset(0);
  byCount.offer(
    [0, 1, 2].map((n) => record(n)),
    3,
  );
  assert.deepEqual([byCount.isFull, byCount.hasRoom], [false, false]);
  byCount.offer([record(3)], 4);
  assert.equal(byCount.isFull, true);
  byCount.shift();
  byCount.shift();
  assert.deepEqual([byCount.isFull, byCount.hasRoom], [false, true]);
  const byBytes = queue({ maxRecords: 100, maxBytes: 1_000, leastBytes: 1_000 });
  byBytes.reset(0);
  byBytes.offer([record(0, 2_000)], 1);
  assert.equal(byBytes.isFull, true);
});

test('where the budget is spent, an input is full with the least that it needs, until others have given back', () => {
  const limits = { maxRecords: 100, maxBytes: 8_000, leastBytes: 1_000 };
  const budget = new ByteBudget(4_000);
  const [ahead, behind] = [queue(limits, budget), queue(limits, budget)];
  for (const input of [ahead, behind]) input.reset(0);
  ahead.offer([record(0, 2_000), record(1, 2_000)], 2);
  assert.equal(ahead.isFull, true, 'it has all that is to be had');
  assert.equal(behind.hasRoom, true, 'and nobody is left without');
  behind.offer([record(0, 1_000)], 1);
  assert.equal(behind.isFull, true);
  ahead.shift();
  assert.equal(behind.isFull, false);
  behind.offer([record(1, 2_000)], 2);
  assert.equal(ahead.isFull, true);
  behind.reset(null);
  assert.equal(ahead.isFull, false, 'what is forgotten is given back');
});

test('a notice that nobody waits for is kept for the next who waits', async () => {
  const signal = new Signal();
  signal.notify();
  const before = performance.now();
  await signal.wait(60_000);
  assert.ok(performance.now() - before < 5_000);
});

test('a notice wakes the one who waits; without one the wait ends by itself', async () => {
  const signal = new Signal();
  const woken = signal.wait(60_000).then(() => 'woken');
  signal.notify();
  assert.equal(await woken, 'woken');
  await signal.wait(1);
});

test('membership is confirmed to all who asked, and only after they asked', async () => {
  const membership = new Membership();
  membership.confirm();
  let confirmed = 0;
  const both = [1, 2].map(() => membership.confirmed().then(() => (confirmed += 1)));
  await Promise.resolve();
  assert.equal(confirmed, 0);
  membership.confirm();
  await Promise.all(both);
  assert.equal(confirmed, 2);
});

test('a task goes only where its drawing lets it', () => {
  assert.equal(nextState('running', 'fenced'), 'fenced');
  assert.throws(() => nextState('fenced', 'running'), /can't go from fenced to running/);
  assert.throws(() => nextState('closed', 'taking-over'));
});

test('a fenced task asks, a task with a gap halts, whatever else begins again', () => {
  assert.equal(policyFor('fenced'), 'confirm-membership');
  assert.equal(policyFor('offset-out-of-range'), 'halt');
  assert.equal(policyFor('batch-unreadable'), 'halt');
  assert.equal(policyFor('transaction-failed'), 'begin-again');
  assert.equal(policyFor('unknown'), 'begin-again');
});
