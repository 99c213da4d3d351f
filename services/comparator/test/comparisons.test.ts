import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '@understudy/schemas-avro';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { joinStateFrom } from '../src/lane-states.ts';
import { joinStarts } from '../src/open-tasks.ts';
import { LaneLog, runStart, testLane, traceparentOf } from './lane-log.ts';

const lane = testLane();
const { topics } = lane;

interface Found extends Comparison {
  readonly headers: Readonly<Record<string, string>>;
}

/** What the join writes to the comparisons topic for this log. */
async function comparisonsOf({ log }: LaneLog): Promise<readonly Found[]> {
  const inputs = [topics.requests, topics.productionResponses, topics.shadowResponses];
  const written = await driveTask({
    log,
    inputs: inputs.map((topic) => ({ topic, partition: 0 })),
    open: (committed) => {
      const state = joinStateFrom(lane, committed);
      const start = new Map(
        [...joinStarts(lane, state)].map(([topic, timeMs]) => [topic, log.offsetAtTime(topic, 0, timeMs)]),
      );
      const lookup = memoryLookup(log);
      return { task: new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup }), start };
    },
  });
  const found: Found[] = [];
  for (const { topic, value, headers = {} } of written) {
    if (topic !== topics.comparisons || value === null) continue;
    found.push({ ...(await lane.codecs.decode('comparison', value)), headers });
  }
  return found;
}

/** What the shadow decided on each request, and the caller's id of it. */
interface Row {
  readonly decision: string;
  readonly requestId?: string | null;
}

/** A window in which production approves everything. */
function write(rows: readonly Row[]): LaneLog {
  const out = new LaneLog(lane);
  for (const [n, { decision, requestId = `id of x${n}` }] of rows.entries()) {
    const timeMs = runStart + 100 + n;
    const exchangeId = `x${n}`;
    const offset = out.request(timeMs, exchangeId, { requestId });
    out.production(timeMs + 1, exchangeId, 'approved');
    out.shadow(timeMs + 2, { offset, timeMs, exchangeId }, decision);
  }
  const endMs = runStart + 20_000;
  out.raw(topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);
  return out;
}

test('pairs carry the caller’s id and what both sides answered; one of its own, its request’s trace too', async () => {
  const out = write([{ decision: 'approved' }, { decision: 'denied' }, { decision: 'approved' }]);
  const [alone, packed, ...others] = await comparisonsOf(out);
  assert.deepEqual(others, []);
  assert.partialDeepStrictEqual(alone, {
    diverging: {
      exchangeId: 'x1',
      requestId: 'id of x1',
      productionOutput: '"approved"',
      shadowOutput: '"denied"',
    },
    headers: { traceparent: traceparentOf('x1') },
  });
  assert.deepEqual(packed?.headers, {});
  assert.deepEqual(
    { ...packed.agreeing },
    {
      exchangeIds: ['x0', 'x2'],
      requestOffsets: [0, 2],
      requestIds: ['id of x0', 'id of x2'],
      productionOutputs: ['"approved"', '"approved"'],
      shadowOutputs: ['"approved"', '"approved"'],
    },
  );
});

test('diverging pairs beyond those that are kept are packed too, without their bodies', async () => {
  const rows = Array.from({ length: 20 }, () => ({ decision: 'denied' }));
  const found = await comparisonsOf(write(rows));
  const kept = found.flatMap(({ diverging }) => diverging?.exchangeId ?? []);
  assert.equal(kept.length, 3, 'as many as the lane keeps');
  const [unkept, ...others] = found.flatMap((comparison) => comparison.unkept ?? []);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [...kept, ...(unkept?.exchangeIds ?? [])].toSorted(),
    rows.map((_, n) => `x${n}`).toSorted(),
  );
  assert.deepEqual(new Set(unkept?.shadowOutputs), new Set(['"denied"']));
});

test('a caller’s id that is too long is left out, in every kind of record', async () => {
  const requestId = 'x'.repeat(201);
  const [alone, packed] = await comparisonsOf(
    write([{ decision: 'denied', requestId }, { decision: 'approved', requestId }, { decision: 'approved' }]),
  );
  assert.equal(alone?.diverging?.requestId, null);
  assert.deepEqual(packed?.agreeing?.requestIds, [null, 'id of x2']);
});
