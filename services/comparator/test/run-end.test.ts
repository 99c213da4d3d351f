import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { testSettings } from './published-lane.ts';
import { type JoinState, joinStateFrom } from '../src/lane-states.ts';
import { joinStarts, startOffset } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';

const end = runStart + 2 * windowMs;

function laneUntil(endMs: number | null): ComparatorLane {
  const lane = testLane();
  return { ...lane, ready: { ...lane.ready, run: { ...lane.ready.run, end: endMs } } };
}

/** When requests of the test are appended, after the run's start; ms. */
const requestsAfterMs = [0, 9_000, 17_000, 21_000] as const;

function request(log: LaneLog, index: number) {
  const timeMs = runStart + (requestsAfterMs[index] ?? 0);
  const exchangeId = `x${index}`;
  const offset = log.request(timeMs, exchangeId);
  log.production(timeMs + 10, exchangeId, 'approved');
  return { offset, timeMs, exchangeId };
}

/**
 * requests           r0(0 s)  r1(9 s)  r2(17 s)  r3(21 s)      windows of 5 s, the run ends at 10 s
 * production         p0       p1       p2        p3
 * shadow responses   first    first    first     progress       of a lane that goes on
 */
function written(lane: ComparatorLane): LaneLog {
  const log = new LaneLog(lane);
  for (const index of requestsAfterMs.keys()) {
    const called = request(log, index);
    if (index < 3) log.shadow(called.timeMs + 20, called, 'approved');
    else log.progress(called.timeMs + 20, called.offset, called.timeMs);
  }
  return log;
}

/**
 * requests           r0(0 s)  r1(9 s)  r2(17 s)      the run ends at 10 s
 * production         p0       p1       p2
 * shadow responses   first    first    end(r1, 10 s)    of its own invoker, which calls nobody after the end
 */
function writtenByItsInvoker(lane: ComparatorLane): LaneLog {
  const log = new LaneLog(lane);
  const called = [request(log, 0), request(log, 1)];
  request(log, 2);
  for (const each of called) log.shadow(each.timeMs + 20, each, 'approved');
  log.end(end + 20, called[1]?.offset ?? 0, end);
  return log;
}

function open(lane: ComparatorLane, log: LaneLog, state: JoinState) {
  const start = new Map(
    [...joinStarts(lane, state)].map(([topic, timeMs]) => [topic, log.log.offsetAtTime(topic, 0, timeMs)]),
  );
  const lookup = memoryLookup(log.log);
  return { task: new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup }), start };
}

async function partsOf(lane: ComparatorLane, steps: readonly number[], log = written(lane)) {
  const { requests, productionResponses, shadowResponses, windowParts } = lane.topics;
  const records = await driveTask({
    log: log.log,
    steps,
    inputs: [requests, productionResponses, shadowResponses].map((topic) => ({ topic, partition: 0 })),
    open: (committed) => {
      const { task, start } = open(lane, log, joinStateFrom(lane, committed));
      for (const [topic, offset] of start) start.set(topic, startOffset(committed, topic, offset));
      return { task, start };
    },
  });
  const parts = records.filter(({ topic }) => topic === windowParts);
  return Promise.all(
    parts.map(async ({ value }) => lane.codecs.decode('window-part', value ?? Buffer.alloc(0))),
  );
}

test('a run that has an end closes its windows up to it, and none after, however its inputs interleave', async () => {
  for (const steps of [[], [0, 1, 2, 3, 4, 0, 1, 2, 3], [2, 1, 0, 3, 4, 2, 7, 5, 6, 8, 4]]) {
    const parts = await partsOf(laneUntil(end), steps);
    assert.deepEqual(
      parts.map(({ windowStart, segments }) => [windowStart - runStart, segments[0]?.ledger.compared]),
      [
        [0, 1],
        [windowMs, 1],
      ],
    );
    assert.equal(parts.at(-1)?.windowEnd, end);
  }
  assert.equal((await partsOf(laneUntil(null), [])).at(-1)?.windowEnd, runStart + 4 * windowMs);
});

test("the end record of a run's invoker closes its last window: no response follows that could", async () => {
  const lane = laneUntil(end);
  for (const steps of [[], [2, 0, 2, 1, 2, 0, 1]]) {
    const parts = await partsOf(lane, steps, writtenByItsInvoker(lane));
    const closed = parts.map(({ windowEnd, segments }) => [windowEnd, segments[0]?.ledger]);
    const ledger = { sampled: 1, compared: 1 };
    assert.partialDeepStrictEqual(closed, [
      [runStart + windowMs, ledger],
      [end, ledger],
    ]);
    assert.equal(closed.length, 2);
  }
});

test('a run whose windows were all published before its merge was opened is told to be over, once', () => {
  for (const [next, times] of [
    [end, 1],
    [end - windowMs, 0],
  ] as const) {
    const lane = laneUntil(end);
    let published = 0;
    const task = new MergeTask({
      lane,
      settingsAt: testSettings(lane),
      time: new LaneTime(runStart),
      onPublished: () => (published += 1),
      state: { next, last: null, lost: null, judgement: 0, silence: null },
      processed: 7,
      divergenceFrom: 0,
    });
    assert.equal(task.output(), null);
    assert.equal(task.output(), null);
    assert.equal(published, times);
  }
});

test('when the last window is closed, nothing more is read, and nobody is asked to move the time on', async () => {
  const lane = laneUntil(end);
  const log = written(lane);
  const { task, start } = open(lane, log, { start: end, judgement: 0, buried: {} });
  for (const [topic, offset] of start) {
    for (const record of log.log.read(topic, 0).slice(offset)) {
      if (task.appetite(topic, record) === 'now') await task.accept(record);
    }
    const head = log.log.read(topic, 0).at(-1) ?? null;
    assert.equal(task.appetite(topic, head), 'never', topic);
  }
  assert.equal(task.output(), null);
  assert.deepEqual(task.wantedTicks(end + 3_600_000), []);
});
