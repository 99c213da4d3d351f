import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { parseLetter, withLetter } from '@understudy/streams';
import {
  cleanUp,
  codecs,
  harness,
  nextOutput,
  plain,
  responsesOf,
  retryingTopics,
  start,
  startShadow,
  topics,
  windowMs,
} from '../test/harness.ts';
import { invokerStateOf } from './invoker-state.ts';
import { Pace } from './pace.ts';
import { retryCountsOf } from './retry-counts.ts';

afterEach(cleanUp);

const end = start + 2 * windowMs;

function requestAt(timestampMs: number, offset: number) {
  const value = codecs.encoder('request', '')(plain(offset));
  return { topic: topics.requests, partition: 0, offset, timestampMs, key: null, value, headers: {} };
}

/**
 * requests (run until 10 s)   r0(0 s)   r1(9.999 s)   r2(10 s)
 */
test('a run takes no request at or after its end, and says so when those before it are done', async () => {
  const shadow = await startShadow(() => 200);
  const { task } = harness(shadow.url, { end });
  await task.accept(requestAt(start, 0));
  assert.equal(task.appetite(topics.requests, requestAt(end - 1, 1)), 'now');
  await task.accept(requestAt(end - 1, 1));
  assert.equal(task.appetite(topics.requests, requestAt(end, 2)), 'never');
  const written: string[] = [];
  let state = null;
  while (!written.includes('end')) {
    const { positions, ...output } = await nextOutput(task);
    for (const { kind, requestOffset, requestTime } of await responsesOf({ ...output, positions })) {
      written.push(kind);
      if (kind === 'end') assert.deepEqual([requestOffset, requestTime], [1, end]);
    }
    const [position] = positions;
    assert.ok(position);
    assert.ok(position.offset <= 2, 'nothing of what comes after the end is taken');
    state = invokerStateOf(position);
  }
  assert.deepEqual(written, ['first', 'first', 'end']);
  assert.equal(state?.isEnded, true);
  assert.equal(task.output(), null);

  const later = harness(shadow.url, { end, state: { ...state } }).task;
  assert.equal(later.appetite(topics.requests, requestAt(end, 2)), 'never');
  assert.equal(later.output(), null, 'its end record is written once');
});

test('a partition that nobody writes to behind the end of the run is ticked', async () => {
  const shadow = await startShadow(() => 200);
  const { task } = harness(shadow.url, { end });
  task.appetite(topics.requests, null);
  assert.deepEqual(task.wantedTicks(end + 1_000), [{ topic: topics.requests, partition: 0, untilMs: end }]);
  task.appetite(topics.requests, requestAt(end - 1, 1));
  assert.deepEqual(task.wantedTicks(end + 1_000), [], 'something is there');
  const live = harness(shadow.url).task;
  live.appetite(topics.requests, null);
  assert.deepEqual(live.wantedTicks(end + 1_000), [], 'a run without an end waits for nobody');
});

test('the end waits for what is to be tried again, also after a restart', async () => {
  const retry = '{ attempts: 1, delays: [30s, 5m] }';
  const shadow = await startShadow((_, attempt) => (attempt === 1 ? 503 : 200));
  const before = harness(shadow.url, { end, retry });
  await before.task.accept(requestAt(start, 0));
  before.task.appetite(topics.requests, requestAt(end, 1));
  const deferred = await nextOutput(before.task);
  assert.equal(before.task.output(), null, 'a request waits to be tried again');
  const waiting = deferred.records.find(({ topic }) => topic === retryingTopics.retries[0]?.topic);
  assert.ok(waiting);
  const retryCounts = new Map(deferred.positions.map((each) => [each.topic, retryCountsOf(each)]));

  const { task, deliver } = harness(shadow.url, { end, retry, retryCounts });
  task.appetite(topics.requests, requestAt(end, 1));
  assert.equal(task.output(), null, 'who goes on knows of it');
  const letter = parseLetter(waiting.headers ?? {});
  assert.ok(letter?.calls);
  const redriven = { ...letter, calls: { ...letter.calls, redrives: 1 } };
  await deliver({ ...waiting, headers: withLetter(waiting.headers ?? {}, redriven) }, start);
  const copy = await responsesOf(await nextOutput(task));
  assert.deepEqual(kindsOf(copy), ['recovery'], 'a copy from the dead letters is not the one waited for');
  await deliver(waiting, start);
  const last = await responsesOf(await nextOutput(task));
  assert.deepEqual(kindsOf(last), ['recovery', 'end']);
});

test('a paused lane calls nobody and takes nothing; a paced one takes each request in its time', async () => {
  let now = 0;
  const shadow = await startShadow(() => 200);
  const pace = new Pace({ speed: 2, isPaused: true, nowMs: () => now });
  const { task } = harness(shadow.url, { pace });
  assert.equal(task.appetite(topics.requests, requestAt(start, 0)), 'later');
  await task.accept(requestAt(start, 0));
  pace.resume();
  assert.deepEqual(kindsOf(await responsesOf(await nextOutput(task))), ['first']);
  assert.equal(shadow.seen.length, 1);
  assert.equal(task.appetite(topics.requests, requestAt(start + 4_000, 1)), 'later');
  now = 2_000;
  assert.equal(task.appetite(topics.requests, requestAt(start + 4_000, 1)), 'now');
});

function kindsOf(responses: readonly { readonly kind: string }[]): readonly string[] {
  return responses.map(({ kind }) => kind);
}
