/**
 * A lane of one partition whose windows are judged again from a boundary on, without a broker: the states are those that
 * a reset leaves. (How they are found: test/e2e/rejudge-by-reset.e2e.test.ts.)
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgementOf } from '@understudy/domain';
import type { Alert } from '@understudy/schemas-avro';
import type { OutgoingRecord } from '@understudy/streams';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { type JoinState, joinStateFrom, type MergeState, mergeStateFrom } from '../src/lane-states.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { joinStarts } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';
import { testSettings } from './published-lane.ts';

const lane = testLane();
const { topics, lanePartition: partition } = lane;
const windows = 6;

/** In each window one request, in the later ones with an answer that differs; then a tick. */
function writeInputs(): LaneLog {
  const out = new LaneLog(lane);
  for (let n = 0; n < windows; n += 1) {
    const timeMs = runStart + n * windowMs;
    const exchangeId = `x${n}`;
    const offset = out.request(timeMs, exchangeId);
    out.production(timeMs + 10, exchangeId, 'approved', 200);
    out.shadow(timeMs + 20, { offset, timeMs, exchangeId }, n < 3 ? 'approved' : 'denied');
  }
  const endMs = runStart + windows * windowMs;
  out.raw(topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);
  return out;
}

/** Joins and merges what the log holds; from these states on, where they are given. */
async function judge(
  { log }: LaneLog,
  from: { readonly join: JoinState; readonly merge: MergeState; readonly parts: number } | null,
): Promise<readonly OutgoingRecord[]> {
  const inputs = [topics.requests, topics.productionResponses, topics.shadowResponses];
  const joined = await driveTask({
    log,
    inputs: inputs.map((topic) => ({ topic, partition: 0 })),
    open: (committed) => {
      const state = from?.join ?? joinStateFrom(lane, committed);
      const start = [...joinStarts(lane, state)].map(
        ([topic, timeMs]) => [topic, log.offsetAtTime(topic, 0, timeMs)] as const,
      );
      return {
        task: new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup: memoryLookup(log) }),
        start: new Map(start),
      };
    },
  });
  const merged = await driveTask({
    log,
    inputs: [topics.windowParts, topics.divergence].map((topic) => ({ topic, partition })),
    open: (committed) => {
      const state = from?.merge ?? mergeStateFrom(lane, committed);
      const options = {
        settingsAt: testSettings(lane),
        time: new LaneTime(runStart),
        onPublished: () => undefined,
      };
      const divergenceFrom = log.read(topics.divergence, partition).length;
      const processed = from?.parts ?? 0;
      const task = new MergeTask({ lane, state, processed, divergenceFrom, ...options });
      const start = [
        [topics.windowParts, processed],
        [topics.divergence, 0],
      ] as const;
      return { task, start: new Map(start) };
    },
  });
  return [...joined, ...merged];
}

function valuesOf(records: readonly OutgoingRecord[], topic: string): string[] {
  return records.flatMap((record) => (record.topic === topic ? (record.value?.toString('hex') ?? []) : []));
}

test('windows judged again are the same bytes of another judgement, and no alert is told twice', async () => {
  const out = writeInputs();
  const first = await judge(out, null);
  const perWindow = valuesOf(first, topics.divergence).length / windows;
  assert.ok(valuesOf(first, topics.alerts).length > 0);
  const boundary = runStart + 2 * windowMs;
  const told = { until: runStart + windows * windowMs, told: [] };
  const again = await judge(out, {
    join: { start: boundary, judgement: 1, buried: {} },
    merge: {
      next: boundary,
      last: { windowStart: boundary - windowMs, from: perWindow, count: perWindow },
      lost: null,
      judgement: 1,
      silence: told,
    },
    // All parts are read: those of the judgement before are known by their header.
    parts: 0,
  });
  for (const topic of [topics.comparisons, topics.windowParts, topics.divergence]) {
    const values = valuesOf(first, topic);
    assert.deepEqual(valuesOf(again, topic), values.slice((values.length / windows) * 2), topic);
    for (const { headers = {}, ...record } of again)
      if (record.topic === topic) assert.equal(judgementOf(headers), 1);
  }
  // Subscribers were told of none here, so all that fire in the end are said; a window's own alerts are not.
  const alerts: Alert[] = [];
  for (const { topic, value } of again)
    if (topic === topics.alerts && value !== null) alerts.push(await lane.codecs.decode('alert', value));
  assert.ok(alerts.length > 0);
  assert.ok(alerts.every(({ reason }) => reason.startsWith('found when its windows were judged again')));
});
