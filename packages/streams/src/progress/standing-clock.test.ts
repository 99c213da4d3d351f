import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StageProgress } from './stage-progress.ts';
import { StandingClock } from './standing-clock.ts';

function invoker(window: number, isBehind = true, partition = 0): StageProgress {
  return { stage: 'invoker', partition, window, isBehind };
}

/** How long each partition has stood, by partition. */
function standing(clock: StandingClock, stages: readonly StageProgress[], nowMs: number): readonly number[] {
  return clock.look(stages, nowMs).map(({ forMs }) => forMs);
}

test('a task that is behind and does not move stands, from the first look on', () => {
  const clock = new StandingClock();
  assert.deepEqual(standing(clock, [invoker(100)], 5_000), [0]);
  assert.deepEqual(standing(clock, [invoker(100)], 10_000), [5_000]);
  for (let nowMs = 15_000; nowMs < 65_000; nowMs += 5_000) clock.look([invoker(100)], nowMs);
  assert.deepEqual(standing(clock, [invoker(100)], 65_000), [60_000]);
});

test('a task that works off a backlog does not stand, however far behind it is', () => {
  const clock = new StandingClock();
  for (let look = 0; look < 20; look += 1)
    assert.deepEqual(standing(clock, [invoker(100 + look)], look * 5_000), [0]);
});

test('an idle task does not stand; what it waited for before does not count when something comes', () => {
  const clock = new StandingClock();
  assert.deepEqual(standing(clock, [invoker(100)], 0), [0]);
  assert.deepEqual(standing(clock, [invoker(100, false)], 5_000), []);
  assert.deepEqual(standing(clock, [invoker(100)], 10_000), [0]);
});

test('partitions and stages stand by themselves', () => {
  const clock = new StandingClock();
  const join: StageProgress = { stage: 'join', partition: 0, window: 100, isBehind: true };
  clock.look([invoker(100), invoker(100, true, 1), join], 0);
  assert.deepEqual(standing(clock, [invoker(100), invoker(200, true, 1), join], 5_000), [5_000, 0, 5_000]);
});

test('what was not watched does not count: nobody can move while Kafka is away or the machine asleep', () => {
  const clock = new StandingClock();
  clock.look([invoker(100)], 0);
  assert.deepEqual(standing(clock, [invoker(100)], 30_000), [30_000]);
  assert.deepEqual(standing(clock, [invoker(100)], 60_001), [0]);
  assert.deepEqual(standing(clock, [invoker(100)], 65_001), [5_000]);
});
