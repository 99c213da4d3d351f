import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import { type JoinState, joinStateFrom } from '../src/lane-states.ts';
import { joinStarts, startOffset } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';

const end = runStart + 2 * windowMs;

function laneUntil(endMs: number | null): ComparatorLane {
  const lane = testLane();
  return { ...lane, ready: { ...lane.ready, run: { ...lane.ready.run, end: endMs } } };
}

/**
 * requests           r0(0 s)  r1(9 s)  r2(17 s)  r3(21 s)      windows of 5 s, the run ends at 10 s
 * production         p0       p1       p2        p3
 * shadow responses   first    first    first     progress       of a lane that goes on
 */
function written(lane: ComparatorLane): LaneLog {
  const log = new LaneLog(lane);
  for (const [index, afterMs] of [0, 9_000, 17_000, 21_000].entries()) {
    const timeMs = runStart + afterMs;
    const exchangeId = `x${index}`;
    const offset = log.request(timeMs, exchangeId);
    log.production(timeMs + 10, exchangeId, 'approved');
    if (index < 3) log.shadow(timeMs + 20, { offset, timeMs, exchangeId }, 'approved');
    else log.progress(timeMs + 20, offset, timeMs);
  }
  return log;
}

function open(lane: ComparatorLane, log: LaneLog, state: JoinState) {
  const start = new Map(
    [...joinStarts(lane, state)].map(([topic, timeMs]) => [topic, log.log.offsetAtTime(topic, 0, timeMs)]),
  );
  const lookup = memoryLookup(log.log);
  return { task: new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup }), start };
}

async function partsOf(lane: ComparatorLane, steps: readonly number[]) {
  const log = written(lane);
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
