import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLookup } from '@understudy/streams/testing';
import { clockToleranceMs } from '../src/join.ts';
import { JoinTask } from '../src/join-task.ts';
import { LaneLog, runStart, testLane } from './lane-log.ts';

const lane = testLane();
const { requests, productionResponses, shadowResponses } = lane.topics;

/**
 * requests               other's (0 s)                              other's (10.002 s)
 * production-responses                   other's (1 ms)
 *
 * Nobody waits for the response, and once a request to come could want it no more, nobody ever will.
 */
test('a lane without traffic follows the responses of other experiments: what it leaves behind is deleted some day', async () => {
  const written = new LaneLog(lane);
  const laterMs = runStart + clockToleranceMs + 2;
  written.request(runStart, 'x', { experiment: 'other' });
  written.production(runStart + 1, 'x', 'approved');
  const later = written.request(laterMs, 'y', { experiment: 'other' });
  written.progress(laterMs + 1, later, laterMs);
  const task = new JoinTask({
    lane,
    partition: 0,
    state: { start: runStart, judgement: 0, buried: {} },
    processed: new Map([[productionResponses, 0]]),
    lookup: memoryLookup(written.log),
  });
  const [response] = written.log.read(productionResponses, 0);
  assert.ok(response);

  const [first, second] = written.log.read(requests, 0);
  assert.ok(first && second);
  await task.accept(first);
  assert.equal(task.appetite(productionResponses, response), 'later', 'a request to come may want it');
  await task.accept(second);
  assert.equal(task.appetite(productionResponses, null), 'later');
  assert.equal(task.appetite(productionResponses, response), 'now');
  await task.accept(response);
  for (const record of written.log.read(shadowResponses, 0)) await task.accept(record);
  const position = task.output()?.positions.find(({ topic }) => topic === productionResponses);
  assert.equal(position?.offset, response.offset + 1);
});
