import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stage, StandingStage } from '@understudy/streams';
import { stallReason } from './stall-reason.ts';
import { type FiringStall, stallChange } from './stall.ts';

const limits = { invoker: 60_500, join: 130_000, merge: 60_000 };
const at = Date.parse('2026-01-01T00:00:00Z');

function standing(stage: Stage, forMs: number, window: number = at, partition = 0): StandingStage {
  return { stage, partition, window, isBehind: true, forMs };
}

function change(stages: readonly StandingStage[], firing: FiringStall | null = null): string | null {
  const found = stallChange('l.s.live', stages, { firing, limits });
  return found === null ? null : `${found.change} at +${found.windowStart - at}`;
}

const firing = { identity: 'a', windowStart: at, reason: '' };

test('a lane that has nothing to do, or whose tasks move, does not stall', () => {
  assert.equal(change([]), null);
  assert.equal(change([standing('invoker', 0), standing('join', 5_000)]), null);
});

test('every stage has its own patience: a join may have to wait for the deadline of a response', () => {
  assert.equal(change([standing('invoker', 60_499)]), null);
  assert.equal(change([standing('invoker', 60_500)]), 'begins at +0');
  assert.equal(change([standing('join', 60_500)]), null);
  assert.equal(change([standing('join', 130_000)]), 'begins at +0');
  assert.equal(change([standing('merge', 60_000)]), 'begins at +0');
});

test('the window of the alert is the first that could not be closed', () => {
  const stages = [standing('invoker', 90_000, at + 20_000), standing('invoker', 90_000, at + 10_000, 1)];
  assert.equal(change(stages), 'begins at +10000');
});

test('the same stall has the same identity, whoever sees it', () => {
  const identityOf = (forMs: number): string | undefined =>
    stallChange('l.s.live', [standing('invoker', forMs)], { firing: null, limits })?.identity;
  assert.equal(identityOf(60_500), identityOf(3_600_000));
});

test('a stall ends when nobody is at its window any more, or nobody is behind', () => {
  assert.equal(change([standing('invoker', 70_000)], firing), null);
  assert.equal(change([standing('invoker', 0, at + 10_000), standing('join', 0)], firing), null);
  assert.equal(change([standing('invoker', 0, at + 10_000)], firing), 'ends at +0');
  assert.equal(change([], firing), 'ends at +0');
});

test('a watcher that was just started does not end what is still standing', () => {
  assert.equal(change([standing('invoker', 0)], firing), null);
});

test('the reason names who stands, where, and what is missing', () => {
  const two = [standing('invoker', 61_000), standing('invoker', 62_000, at, 3), standing('join', 200_000)];
  assert.equal(
    stallReason({ stalled: two, halted: [], withoutProduction: [] }),
    'by the wall clock: the shadow-invoker in partitions 0, 3 has stood at the window of ' +
      '2026-01-01T00:00:00.000Z for 62 s; requests wait for their shadow-responses: is the shadow up, and the shadow-invoker?',
  );
  assert.match(
    stallReason({ stalled: [standing('join', 130_000, at, 4)], halted: [], withoutProduction: [4] }),
    /the comparator's join in partition 4 .*production-responses of partition 4 have not passed the deadline$/,
  );
  assert.match(
    stallReason({ stalled: [standing('merge', 60_000)], halted: ['merge', '2'], withoutProduction: [] }),
    /the comparator's merge .*; halted until a person decides: task merge, task 2 \(the log says why, and `understudy gaps list` .*\)$/,
  );
});

test('a reason fits into what is kept with an offset, however many partitions there are', () => {
  const stalled = Array.from({ length: 1_000 }, (_, partition) => standing('invoker', 61_000, at, partition));
  assert.match(
    stallReason({ stalled, halted: [], withoutProduction: [] }),
    /partitions 0, .*9 and 990 more has/,
  );
});
