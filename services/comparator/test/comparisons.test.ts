import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '@understudy/schemas-avro';
import { driveTask } from '@understudy/streams/testing';
import { JoinTask } from '../src/join-task.ts';
import { joinStarts, joinStateFrom } from '../src/open-tasks.ts';
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
      return { task: new JoinTask({ lane, partition: 0, state, processed: new Map() }), start };
    },
  });
  const found: Found[] = [];
  for (const { topic, value, headers = {} } of written) {
    if (topic !== topics.comparisons || value === null) continue;
    found.push({ ...(await lane.codecs.decode('comparison', value)), headers });
  }
  return found;
}

test('pairs carry the caller’s id and what both sides answered; one of its own, its request’s trace too', async () => {
  const out = new LaneLog(lane);
  for (const [n, decision] of ['approved', 'denied', 'approved'].entries()) {
    const timeMs = runStart + 100 + n;
    const exchangeId = `x${n}`;
    const offset = out.request(timeMs, exchangeId);
    out.production(timeMs + 1, exchangeId, 'approved');
    out.shadow(timeMs + 2, { offset, timeMs, exchangeId }, decision);
  }
  const endMs = runStart + 20_000;
  out.raw(topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);

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
