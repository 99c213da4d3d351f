/** Where an invoker's task begins, over a log in memory. Nobody is called: requests that would be are seen by the caller. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '@understudy/schemas-avro';
import { type CommittedOffset, encodeState, type OpenedTask } from '@understudy/streams';
import { memoryLookup, MemoryLog } from '@understudy/streams/testing';
import { createMetrics } from '@understudy/telemetry';
import { codecs, laneFor, plain, retryingTopics as topics, start, windowMs } from '../test/harness.ts';
import { createInvokerMetrics } from './invoker-metrics.ts';
import { openInvokerTask } from './open-invoker-task.ts';
import { Pace } from './pace.ts';

const metrics = createInvokerMetrics(createMetrics({ service: 'shadow-invoker' }))('mortgage.boosted.live');
const lane = laneFor('http://127.0.0.1:1', { retry: '{ attempts: 1, delays: [30s, 5m] }' });
const retries = topics.retries.map(({ topic }) => topic);
/** The third and the fourth window. */
const gap = {
  partition: 0,
  from: start + 2 * windowMs,
  to: start + 4 * windowMs,
  reason: 'the disk was full',
};

interface Given {
  readonly run?: Partial<Run>;
  readonly committed?: readonly CommittedOffset[];
  /** Log time of the request that the last shadow response is of; default: there is none. */
  readonly written?: number;
}

/** One request in each of ten windows; of the retry topics, what is before offset 20 is gone. */
async function open({
  run = {},
  committed = [],
  written,
}: Given): Promise<OpenedTask & { called: string[] }> {
  const log = new MemoryLog();
  const encode = codecs.encoder('request', '');
  for (let n = 0; n < 10; n += 1)
    log.append({ topic: topics.requests, partition: 0, value: encode(plain(n)) }, start + n * windowMs);
  if (written !== undefined) {
    const nothing = {
      exchangeId: null,
      status: null,
      reason: null,
      attempts: 0,
      latencyMs: null,
      answer: null,
    };
    const response = { ...nothing, kind: 'progress', requestOffset: 2, requestTime: written } as const;
    const value = codecs.encoder('shadow-response', '')(response);
    log.append({ topic: topics.shadowResponses, partition: 0, value }, written);
  }
  const called: string[] = [];
  const openTask = openInvokerTask({
    lane: { ...lane, run: { ...lane.run, ...run } },
    caller: {
      call: async ({ exchangeId }) => {
        called.push(exchangeId);
        return { status: 'failed', reason: 'http-500', answer: null, latencyMs: 1 };
      },
    },
    pace: new Pace({ speed: null, isPaused: false }),
    streams: {
      admin: {
        bounds: async (topic) => [
          retries.includes(topic) ? { start: 20, end: 30 } : { start: 0, end: log.end(topic, 0) },
        ],
        offsetsAtTime: async (topic, timeMs) => [log.offsetAtTime(topic, 0, timeMs)],
      },
      lookup: memoryLookup(log),
      registry: codecs,
    },
    topics,
    metrics,
  });
  const inputs = [topics.requests, ...retries].map((topic) => ({ topic, partition: 0 }));
  const all = inputs.map((input) => ({
    ...input,
    ...(committed.find(({ topic }) => topic === input.topic) ?? { offset: null, metadata: null }),
  }));
  const opened = await openTask({
    spec: { id: '0', inputs, writes: [] },
    committed: all,
    wake: () => undefined,
  });
  const from = opened.start.get(topics.requests) ?? 0;
  for (const record of log.read(topics.requests, 0).slice(from)) await opened.task.accept(record);
  return { ...opened, called };
}

function at(topic: string, offset: number, state: object): CommittedOffset {
  return { topic, partition: 0, offset, metadata: encodeState(state) };
}

const inGap = { clock: start + 2 * windowMs, written: start + 2 * windowMs };

test('a task that stands in a gap goes on after it, and says so with its first output', async () => {
  const committed = [
    at(topics.requests, 3, { ...inGap, passedOn: 7 }),
    at('retries.30s', 12, { taken: 4, passedOn: 1 }),
    at('retries.5m', 25, { taken: 1 }),
  ];
  const { start: begun, task, called } = await open({ run: { gaps: [gap] }, committed });
  assert.deepEqual(Object.fromEntries(begun), { requests: 4, 'retries.30s': 20, 'retries.5m': 25 });
  assert.deepEqual(called, ['x4', 'x5', 'x6', 'x7', 'x8', 'x9']);
  const [, ...positions] = task.output(true)?.positions ?? [];
  assert.deepEqual(
    positions.map(({ topic, offset }) => [topic, offset]),
    [
      ['retries.30s', 20],
      ['retries.5m', 25],
    ],
  );
  // What was lost waiting is not waited for at the run's end.
  assert.partialDeepStrictEqual(JSON.parse(positions[0]?.metadata ?? ''), { taken: 7, passedOn: 1 });
  task.close();
});

test('a task that has passed a gap, or not come to it, begins where it has committed', async () => {
  const of = { clock: start + 5 * windowMs, written: start + 5 * windowMs };
  const committed = [at(topics.requests, 6, of), at('retries.30s', 22, {}), at('retries.5m', 25, {})];
  for (const gaps of [[gap], []]) {
    const { start: begun, task } = await open({ run: { gaps }, committed });
    assert.deepEqual(Object.fromEntries(begun), { requests: 6, 'retries.30s': 22, 'retries.5m': 25 });
    task.close();
  }
});

test('what was committed and has expired is no new beginning: the task halts, until that is accepted as a gap', async () => {
  await assert.rejects(open({ written: inGap.written }), {
    code: 'offset-out-of-range',
    message: /understudy gaps/,
  });
  const { start: begun, called, task } = await open({ written: inGap.written, run: { gaps: [gap] } });
  assert.deepEqual(Object.fromEntries(begun), { requests: 4, 'retries.30s': 30, 'retries.5m': 30 });
  assert.equal(called[0], 'x4');
  task.close();
});

test('a run begins at its start, and a partition that has a start of its own calls nobody before that', async () => {
  const first = await open({});
  assert.equal(first.start.get(topics.requests), 0);
  first.task.close();
  const starts = [{ partition: 0, offset: 5, time: start + 6 * windowMs }];
  const later = await open({ run: { starts } });
  assert.equal(later.start.get(topics.requests), 5);
  assert.deepEqual(later.called, ['x6', 'x7', 'x8', 'x9']);
  later.task.close();
});
