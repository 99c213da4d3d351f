import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

/** Requests of log times from 60 s on; the clock of the process begins at 1 s. */
function paceOf(speed: number | null, isPaused = false) {
  let now = 1_000;
  const pace = new Pace({ speed, isPaused, nowMs: () => now });
  return { pace, pass: (ms: number) => (now += ms) };
}

test('flat out, nothing waits', () => {
  const { pace } = paceOf(null);
  pace.begin(60_000);
  assert.equal(pace.waitMs(3_600_000), 0);
});

test('as recorded, requests keep their distances; five times as fast, a fifth of them', () => {
  for (const [speed, expected] of [
    [1, 10_000],
    [5, 2_000],
    [0.5, 20_000],
  ] as const) {
    const { pace, pass } = paceOf(speed);
    pace.begin(60_000);
    assert.equal(pace.waitMs(70_000), expected);
    pass(expected / 2);
    assert.equal(pace.waitMs(70_000), expected / 2);
    pass(expected);
    assert.equal(pace.waitMs(70_000), 0, 'who is late is not held back');
  }
});

test('tasks that go on from different places are brought in step with the one furthest behind', () => {
  const { pace } = paceOf(1);
  pace.begin(80_000);
  pace.begin(60_000);
  pace.begin(70_000);
  assert.equal(pace.waitMs(60_500), 500);
  assert.equal(pace.waitMs(80_500), 20_500);
});

test('a pause holds everything, and is no time that has to be made up for', async () => {
  const { pace, pass } = paceOf(1);
  pace.begin(60_000);
  pass(1_000);
  pace.pause();
  assert.equal(pace.waitMs(60_000), Infinity);
  let isRunning = false;
  const running = pace.running(new AbortController().signal).then(() => (isRunning = true));
  pass(3_600_000);
  await Promise.resolve();
  assert.equal(isRunning, false);
  pace.resume();
  await running;
  assert.equal(pace.waitMs(62_000), 1_000);
});

test('calls keep the distance that their rate asks for; a silence is not made up for', () => {
  let now = 1_000;
  let rate = 10;
  const pace = new Pace({ speed: null, isPaused: false, maxRate: () => rate, nowMs: () => now });
  assert.deepEqual([pace.turnMs(), pace.turnMs(), pace.turnMs()], [0, 100, 200]);
  now += 5_000;
  assert.deepEqual([pace.turnMs(), pace.turnMs()], [0, 100]);
  rate = 5; // fewer partitions are here
  assert.deepEqual([pace.turnMs(), pace.turnMs()], [200, 400]);
  assert.equal(paceOf(null).pace.turnMs(), 0);
});

test('who does not want the call any more does not wait for the end of a pause', async () => {
  const { pace } = paceOf(null, true);
  const unwanted = new AbortController();
  const running = pace.running(unwanted.signal);
  unwanted.abort();
  await running;
  assert.equal(pace.isPaused, true);
});
