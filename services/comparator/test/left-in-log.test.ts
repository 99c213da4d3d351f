import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamsError } from '@understudy/streams';
import { memoryLookup } from '@understudy/streams/testing';
import { isWhole, type KeptEntry, leftInLog, readAgain } from '../src/left-in-log.ts';
import { RecordReader } from '../src/record-reader.ts';
import { LaneLog, runStart, testLane } from './lane-log.ts';

const lane = testLane();
const reader = new RecordReader(lane, new Map());
const from = { topic: lane.topics.productionResponses, partition: 0, reader };

function entryAt(offset: number): KeptEntry {
  return {
    request: { offset: 7, timeMs: runStart, deadlineMs: runStart, exchangeId: 'x', payload: null },
    production: leftInLog(offset),
    shadow: {
      offset: 0,
      response: {
        kind: 'first',
        requestOffset: 7,
        requestTime: runStart,
        status: 'answered',
        reason: null,
        latencyMs: 1,
        answer: null,
      },
    },
  };
}

test('a response that was left in the log is read again where it stands', async () => {
  const out = new LaneLog(lane);
  out.production(runStart, 'other', 'denied');
  out.production(runStart, 'x', 'approved');
  const entry = entryAt(1);
  assert.equal(isWhole(entry), false);
  const again = await readAgain({ ...from, lookup: memoryLookup(out.log) }, entry);
  assert.equal(again.production?.offset, 1);
  assert.equal(String(again.production.result.answer?.body), '{"decision":"approved"}');
  assert.ok(isWhole(again));
});

test('one that was deleted meanwhile halts the task; one that can not be read now begins it again', async () => {
  const { log } = new LaneLog(lane);
  const deleted = memoryLookup(log, { start: () => 2 });
  await assert.rejects(readAgain({ ...from, lookup: deleted }, entryAt(1)), { code: 'offset-out-of-range' });
  const behind = memoryLookup(log);
  await assert.rejects(readAgain({ ...from, lookup: behind }, entryAt(1)), { code: 'kafka-unavailable' });
  // Not as the registry that is away: the record in hand would be joined twice.
  const away = { ...behind, read: () => Promise.reject(new StreamsError('registry-unavailable', 'away')) };
  await assert.rejects(readAgain({ ...from, lookup: away }, entryAt(1)), { code: 'kafka-unavailable' });
});
