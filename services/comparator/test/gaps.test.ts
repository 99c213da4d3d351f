/** One partition's join over a run with a gap, without a broker: what is not covered is said, and nothing else changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowPart } from '@understudy/schemas-avro';
import { Coverage } from '@understudy/streams';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import { joinStateFrom } from '../src/lane-states.ts';
import { joinBeginning, joinStarts } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';

const lane = testLane();
const inputs = [lane.topics.requests, lane.topics.productionResponses, lane.topics.shadowResponses];
/** The second and the third window of five seconds. */
const gap = {
  partition: 0,
  from: runStart + windowMs,
  to: runStart + 3 * windowMs,
  reason: 'the disk was full',
};

function withGaps(...gaps: readonly (typeof gap)[]): ComparatorLane {
  return { ...lane, ready: { ...lane.ready, run: { ...lane.ready.run, gaps } } };
}

/**
 * requests           r0(0 s)  r1(6 s)  r2(11 s)  r3(16 s)  r4(21 s)     windows of 5 s, those of 5 to 15 s are a gap
 * production         p0                p2        p3        p4
 * shadow responses   defer    first    first     first     first       and recoveries of r0 and of r1
 */
function written(): LaneLog {
  const log = new LaneLog(lane);
  for (const [index, afterMs] of [0, 6_000, 11_000, 16_000, 21_000].entries()) {
    const timeMs = runStart + afterMs;
    const exchangeId = `x${index}`;
    const request = { offset: log.request(timeMs, exchangeId), timeMs, exchangeId };
    if (index !== 1) log.production(timeMs + 10, exchangeId, 'approved');
    if (index === 0) log.shadow(timeMs + 20, request);
    else log.shadow(timeMs + 20, request, 'approved');
    if (index === 2) log.recovery(timeMs + 30, { offset: 0, timeMs: runStart, exchangeId: 'x0' }, 'approved');
    if (index === 3)
      log.recovery(timeMs + 30, { offset: 1, timeMs: runStart + 6_000, exchangeId: 'x1' }, 'approved');
  }
  log.raw(lane.topics.productionResponses, runStart + 100_000, null);
  return log;
}

async function partsOf(of: ComparatorLane, steps: readonly number[] = []): Promise<readonly WindowPart[]> {
  const log = written();
  const records = await driveTask({
    log: log.log,
    steps,
    inputs: inputs.map((topic) => ({ topic, partition: 0 })),
    open: (committed) => {
      const state = joinStateFrom(of, committed);
      const from = new Coverage(of.ready.run, 0).from(state.start);
      const starts = [...joinStarts(of, { start: from })];
      const atTime = new Map(
        starts.map(([topic, timeMs]) => [topic, log.log.offsetAtTime(topic, 0, timeMs)]),
      );
      const isAfterGap = from > state.start;
      const { start, processed } = joinBeginning({ committed, atTime, isAfterGap });
      return {
        task: new JoinTask({ lane: of, partition: 0, state, processed, lookup: memoryLookup(log.log) }),
        start,
      };
    },
  });
  const parts = records.filter(({ topic }) => topic === lane.topics.windowParts);
  return Promise.all(
    parts.map(async ({ value }) => lane.codecs.decode('window-part', value ?? Buffer.alloc(0))),
  );
}

test('what a run does not cover is one part that says so; what comes before and after is as it was', async () => {
  const whole = await partsOf(lane);
  for (const steps of [[], [0, 1, 2, 3, 4, 0, 1, 2, 3], [2, 1, 0, 3, 4, 2, 7, 5, 6, 8, 4]]) {
    const parts = await partsOf(withGaps(gap), steps);
    const told = parts.map(({ windowStart, windowEnd, covered, segments }) => [
      (windowStart - runStart) / windowMs,
      (windowEnd - runStart) / windowMs,
      covered,
      segments[0]?.ledger.sampled ?? 0,
    ]);
    assert.deepEqual(told, [
      [0, 1, true, 1],
      [1, 3, false, 0],
      [3, 4, true, 1],
    ]);
    assert.deepEqual(parts[0], whole[0]);
    // Of the gap's own request the recovery corrects nothing; nor does what came while the frontier was in the gap.
    assert.deepEqual({ ...parts[2]?.segments[0]?.recovered }, {});
    assert.equal(parts[2]?.segments[0]?.corrections.compared, 0);
  }
});

test('a gap needs nothing of the log: it is passed before anything is read, and no window in it is waited for', async () => {
  const all = withGaps({ ...gap, from: runStart });
  const state = joinStateFrom(all, []);
  const task = new JoinTask({
    lane: all,
    partition: 0,
    state,
    processed: new Map(),
    lookup: memoryLookup(written().log),
  });
  const output = task.output();
  assert.equal(output?.records.length, 1);
  const part = await lane.codecs.decode('window-part', output?.records[0]?.value ?? Buffer.alloc(0));
  assert.deepEqual([part.windowStart, part.windowEnd, part.covered], [runStart, gap.to, false]);
  assert.deepEqual(task.wantedTicks(runStart + 3_600_000), []);
});

test('a position that the log lost in a gap is not gone back to', () => {
  const committed = inputs.map((topic) => ({ topic, partition: 0, offset: 7, metadata: null }));
  const atTime = new Map(inputs.map((topic) => [topic, 50]));
  for (const isAfterGap of [true, false]) {
    const { start, processed } = joinBeginning({ committed, atTime, isAfterGap });
    const expected = inputs.map(() => (isAfterGap ? 50 : 7));
    assert.deepEqual([...start.values()], expected);
    assert.deepEqual([...processed.values()], expected);
  }
});
