import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowPart } from '@understudy/schemas-avro';
import { memoryLookup } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';

const lane = testLane();
const { requests, shadowResponses, windowParts } = lane.topics;
const state = { start: runStart, judgement: 0, buried: {} };

/** A join that has read all requests and shadow responses that a log holds. */
async function joinOf(written: LaneLog): Promise<JoinTask> {
  const lookup = memoryLookup(written.log);
  const task = new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup });
  for (const topic of [requests, shadowResponses]) {
    for (const record of written.log.read(topic, 0)) await task.accept(record);
  }
  return task;
}

async function partsOf(task: JoinTask): Promise<readonly WindowPart[]> {
  const parts: WindowPart[] = [];
  for (const { topic, value } of task.output()?.records ?? []) {
    if (topic === windowParts && value !== null) parts.push(await lane.codecs.decode('window-part', value));
  }
  return parts;
}

/**
 * requests           tick (first window)                    tick (second window)
 * shadow responses   progress   recovery  recovery          progress
 *
 * The recoveries' request was sampled long ago; nothing was since.
 */
test('a window that holds nothing but recoveries asks for a tick, closes, and is a share of its window', async () => {
  const written = new LaneLog(lane);
  const request = { offset: 0, timeMs: runStart - 60_000, exchangeId: 'x' };
  const timeMs = runStart + 100;
  written.progress(timeMs + 10, written.raw(requests, timeMs, null), timeMs);
  const end = runStart + windowMs;
  assert.deepEqual((await joinOf(written)).wantedTicks(end + 10_000), [], 'an empty window waits for nobody');

  written.recovery(timeMs + 3_000, request, 'approved');
  written.recovery(timeMs + 3_001, request);
  const waiting = await joinOf(written);
  assert.deepEqual(waiting.wantedTicks(end + 10_000), [{ topic: requests, partition: 0, untilMs: end }]);

  written.progress(end + 20, written.raw(requests, end, null), end);
  const closed = await joinOf(written);
  assert.deepEqual(closed.wantedTicks(end + 60_000), []);
  const [part] = await partsOf(closed);
  assert.equal(part?.windowStart, runStart);
  assert.deepEqual(
    part.segments.map(({ ledger, recovered }) => [ledger.sampled, recovered]),
    [[0, { answered: 1, 'dead-lettered': 1 }]],
  );
  assert.deepEqual(
    part.offsets.map((range) => ({ ...range })),
    [{ topic: shadowResponses, partition: 0, first: 1, last: 2 }],
  );
});

test('recoveries whose frontier lies before the first open window were counted when that was closed', async () => {
  const written = new LaneLog(lane);
  const request = { offset: 0, timeMs: runStart - 60_000, exchangeId: 'x' };
  written.recovery(runStart - 200, request, 'approved');
  written.progress(runStart - 100, 0, runStart - 100);
  written.recovery(runStart + 50, request, 'approved');
  written.progress(
    runStart + windowMs,
    written.raw(requests, runStart + windowMs, null),
    runStart + windowMs,
  );
  const [part] = await partsOf(await joinOf(written));
  assert.deepEqual([part?.windowStart, part?.segments], [runStart, []]);
});
