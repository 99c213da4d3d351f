import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLookup } from '@understudy/streams/testing';
import { shadowStart } from '../src/shadow-start.ts';
import { comparingCodecs } from '../src/verify/comparing-codecs.ts';
import { selectWindows } from '../src/verify/select-windows.ts';
import { verifySteps } from '../src/verify/verify-steps.ts';
import { LaneLog, runStart, testLane, windowMs } from './lane-log.ts';
import { memoryWindowLog, publishedLane, testSettings } from './published-lane.ts';

const lane = testLane();
const topic = lane.topics.shadowResponses;
/** A replay calls its requests a week later, all at once. */
const calledMs = runStart + 7 * 86_400_000;

/** One request a second, each with its response; every tenth response has a recovery of the first request behind it. */
function replayed(requests: number): LaneLog {
  const out = new LaneLog(lane);
  const times = Array.from({ length: requests }, (_, n) => runStart + n * 1_000);
  const logged = times.map((timeMs, n) => {
    const exchangeId = `x${n}`;
    const offset = out.request(timeMs, exchangeId);
    out.production(timeMs + 20, exchangeId, n % 3 === 0 ? 'denied' : 'approved');
    return { offset, timeMs, exchangeId };
  });
  const [first] = logged;
  for (const [n, request] of logged.entries()) {
    out.shadow(calledMs, request, 'approved');
    if (n % 10 === 9 && first !== undefined) out.recovery(calledMs, first, 'approved');
  }
  return out;
}

/** How many records of responses stand before the start, and after it before the first one that is needed. */
async function lookedUp(out: LaneLog, boundaryMs: number) {
  let reads = 0;
  const memory = memoryLookup(out.log);
  const lookup: typeof memory = {
    ...memory,
    read: (...at) => {
      reads += 1;
      return memory.read(...at);
    },
  };
  const start = await shadowStart({ lookup, codecs: lane.codecs, topic, partition: 0, first: 0 }, boundaryMs);
  const isNeeded = await Promise.all(
    out.log.read(topic, 0).map(async ({ value }) => {
      if (value === null) return false;
      const { kind, requestTime } = await lane.codecs.decode('shadow-response', value);
      return kind !== 'recovery' && requestTime >= boundaryMs;
    }),
  );
  const firstNeeded = isNeeded.indexOf(true);
  return { start, reads, firstNeeded, end: isNeeded.length };
}

test('a join begins shortly before the first response that it needs, found with few looks', async () => {
  const out = replayed(20_000);
  for (const window of [0, 1, 1_000, 3_999]) {
    const { start, firstNeeded, reads } = await lookedUp(out, runStart + window * windowMs);
    assert.ok(
      start <= firstNeeded && firstNeeded - start <= 1_000,
      `window ${window}: ${start}, ${firstNeeded}`,
    );
    assert.ok(reads <= 6, `${reads} reads`);
  }
});

test('where nothing is needed yet it begins near the end; few records are read from the first on', async () => {
  const { start, end } = await lookedUp(replayed(20_000), runStart + 20_000 * 1_000);
  assert.ok(end - start <= 1_000 && start <= end);
  assert.deepEqual(await lookedUp(replayed(100), runStart + 15 * windowMs), {
    start: 0,
    reads: 0,
    firstNeeded: 82,
    end: 110,
  });
});

/** 600 windows: those after the 200th, and after the 400th, are computed again by joins that begin behind the first response. */
test('windows that are computed from there are the same', async () => {
  const out = replayed(3_000);
  const endMs = runStart + 3_000_000;
  out.progress(calledMs, out.raw(lane.topics.requests, endMs, null), endMs);
  out.raw(lane.topics.productionResponses, endMs, null);
  const log = memoryWindowLog(await publishedLane(lane, out));
  const setup = {
    log,
    lane: { ...lane, codecs: comparingCodecs(lane.codecs) },
    settingsAt: testSettings(lane),
  };
  const steps = await selectWindows(log, setup.lane, { kind: 'range', from: runStart, to: endMs });
  const outcomes: string[] = [];
  for await (const { outcome } of verifySteps(setup, steps)) outcomes.push(outcome);
  assert.deepEqual([outcomes.length, ...new Set(outcomes)], [600, 'same']);
});
