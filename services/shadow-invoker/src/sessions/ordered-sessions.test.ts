/** Requests of one session, in their order; what breaks a session, and what does not. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { parseLetter } from '@understudy/streams';
import { waitFor } from '../../../../test/support/wait-for.ts';
import {
  cleanUp,
  codecs,
  type Harness,
  harness,
  nextOutput,
  plain,
  responsesOf,
  retryingTopics,
  type Shadow,
  start,
  startShadow,
  topics,
} from '../../test/harness.ts';

afterEach(cleanUp);

const session = '{ header: x-session, ordered: true, idle: 1m }';
const [firstRetry] = retryingTopics.retries;

/** Sends one request for each id; its session is the id without digits. */
async function sendAll({ send }: Harness, ids: readonly string[], timestampMs?: number): Promise<void> {
  for (const exchangeId of ids) {
    await send({ exchangeId, session: exchangeId.replaceAll(/\d/g, '') }, timestampMs);
  }
}

/** Waits until so many responses are written, and says what they are. */
async function written({ task }: Harness, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  while (found.length < count) {
    for (const { exchangeId, status, reason } of await responsesOf(await nextOutput(task))) {
      found.push([exchangeId, status, reason].filter((part) => part !== null).join(' '));
    }
  }
  return found;
}

async function untilSeen({ seen }: Shadow, ids: readonly string[]): Promise<void> {
  const isSeen = (): boolean => ids.every((id) => seen.some((call) => call.id === id));
  await waitFor(isSeen, { timeoutMs: 5_000, what: `calls of ${ids.join(', ')}` });
}

test('requests of a session are called one after the other, those of other sessions meanwhile', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, { session });
  await sendAll(lane, ['a1', 'a2', 'b1', 'a3', 'b2']);
  await untilSeen(shadow, ['a1', 'b1']);
  shadow.answer('b1');
  await untilSeen(shadow, ['b2']);
  shadow.answer('b2');
  for (const id of ['a1', 'a2', 'a3']) {
    assert.equal(shadow.seen.at(-1)?.id, id === 'a1' ? 'b2' : id, 'nobody is called before its turn');
    shadow.answer(id);
    if (id !== 'a3') await untilSeen(shadow, [id === 'a1' ? 'a2' : 'a3']);
  }
  assert.deepEqual(await written(lane, 5), [
    'a1 answered',
    'a2 answered',
    'b1 answered',
    'a3 answered',
    'b2 answered',
  ]);
});

test('requests that are of no session do not wait for each other', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, { session });
  for (const exchangeId of ['x', 'y']) await lane.send({ exchangeId });
  await untilSeen(shadow, ['x', 'y']);
});

test('what fails is tried again in place only; then the rest of its session is skipped, others go on', async () => {
  const shadow = await startShadow((id) => (id === 'a2' ? 503 : 200));
  const lane = harness(shadow.url, { session, retry: '{ attempts: 2, pause: 1ms }' });
  await sendAll(lane, ['a1', 'a2', 'a3', 'b1', 'a4']);
  assert.deepEqual(await written(lane, 5), [
    'a1 answered',
    'a2 failed http-503',
    'a3 skipped session-broken',
    'b1 answered',
    'a4 skipped session-broken',
  ]);
  assert.deepEqual(
    shadow.seen.filter(({ id }) => id.startsWith('a')).map(({ id, attempt }) => `${id}/${attempt}`),
    ['a1/1', 'a2/1', 'a2/2'],
  );
  const text = await lane.metrics.text();
  assert.match(text, /sessions_ended_total\{[^}]*how="broken"[^}]*\} 1\n/);
  assert.match(text, /invoker_broken_sessions\{[^}]*\} 1\n/);
});

/**
 * a   a1(0 s) fails   a2(59.999 s) skipped   a3(119.999 s): silent for a minute, called; all three wait together
 */
test('a session that was silent for the idle time is another one, also where its requests wait together', async () => {
  const shadow = await startShadow((id) => (id === 'a1' ? 500 : 200));
  const lane = harness(shadow.url, { session });
  await sendAll(lane, ['a1'], start);
  await sendAll(lane, ['a2'], start + 59_999);
  await sendAll(lane, ['a3'], start + 119_999);
  assert.deepEqual(await written(lane, 3), [
    'a1 failed http-500',
    'a2 skipped session-broken',
    'a3 answered',
  ]);
});

test('a session lacks a request that could not be read, or was captured in part', async () => {
  const shadow = await startShadow(() => 200);
  const lane = harness(shadow.url, { session });
  await sendAll(lane, ['a1', 'b1']);
  await lane.raw(Buffer.from('?'), undefined, {}, 'a');
  await lane.send({ exchangeId: 'b2', session: 'b', bodySize: 5_000 });
  await sendAll(lane, ['a3', 'b3', 'c1']);
  assert.deepEqual(await written(lane, 7), [
    'a1 answered',
    'b1 answered',
    'skipped unreadable',
    'b2 skipped request-truncated',
    'a3 skipped session-broken',
    'b3 skipped session-broken',
    'c1 answered',
  ]);
});

test('a session that is too fast is shed from there on; what waits of it is called', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, { session: '{ header: x, ordered: true, maxWaiting: 2 }' });
  await sendAll(lane, ['a1', 'a2', 'a3', 'b1', 'a4']);
  await untilSeen(shadow, ['a1', 'b1']);
  shadow.answer('b1');
  shadow.answer('a1');
  await untilSeen(shadow, ['a2']);
  shadow.answer('a2');
  assert.deepEqual(await written(lane, 5), [
    'a1 answered',
    'a2 answered',
    'a3 shed session-too-fast',
    'b1 answered',
    'a4 shed session-too-fast',
  ]);
  assert.match(await lane.metrics.text(), /sessions_ended_total\{[^}]*how="shed"[^}]*\} 1\n/);
});

/** A request of session a, as the head of its input. */
function headAt(timestampMs: number) {
  const value = codecs.encoder('request', '')({ ...plain(9), session: 'a' });
  return {
    topic: topics.requests,
    partition: 0,
    offset: 9,
    timestampMs,
    key: Buffer.from('a'),
    value,
    headers: {},
  };
}

test('a session whose requests have only piled up is waited for; one that is too fast is not', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, { session: '{ header: x, ordered: true, maxWaiting: 2 }' });
  const appetite = (timestampMs: number) => lane.task.appetite(topics.requests, headAt(timestampMs));
  await sendAll(lane, ['a1', 'a2'], start);
  assert.equal(appetite(start), 'later', 'nobody knows how long the shadow takes');
  await untilSeen(shadow, ['a1']);
  shadow.answer('a1');
  await untilSeen(shadow, ['a2']);
  assert.equal(appetite(start), 'now', 'there is room');
  await sendAll(lane, ['a3'], start);
  assert.equal(
    appetite(start + 60_000),
    'later',
    'production had a minute for two: it is the lane that is late',
  );
  assert.equal(appetite(start), 'now', 'as many at once: it is taken, and shed');
  assert.equal(
    lane.task.appetite(topics.requests, { ...headAt(start + 60_000), key: Buffer.from('b') }),
    'now',
    'another session',
  );
});

test('how long the shadow takes is told with its retries in place', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, {
    session: '{ header: x, ordered: true, maxWaiting: 2 }',
    retry: '{ attempts: 2, pause: 200ms, delays: [] }',
  });
  await sendAll(lane, ['a1', 'a2'], start);
  await untilSeen(shadow, ['a1']);
  shadow.answer('a1', 503);
  const isCalledAgain = (): boolean => shadow.seen.some(({ id, attempt }) => id === 'a1' && attempt === 2);
  await waitFor(isCalledAgain, { timeoutMs: 5_000, what: 'the retry' });
  shadow.answer('a1');
  await untilSeen(shadow, ['a2']);
  await sendAll(lane, ['a3'], start);
  assert.equal(lane.task.appetite(topics.requests, headAt(start + 300)), 'now', 'two take 400 ms at least');
});

test('requests that wait while the shadow is down do not break their session', async () => {
  let isUp = false;
  const shadow = await startShadow(() => (isUp ? 200 : 503));
  const lane = harness(shadow.url, { session, breaker: '{ failures: 2, probe: 150ms }' });
  await sendAll(lane, ['x1', 'y1']);
  await waitFor(async () => /breaker_state\{[^}]*\} 1\n/.test(await lane.metrics.text()), {
    timeoutMs: 5_000,
    what: 'the pause',
  });
  await sendAll(lane, ['a1', 'a2', 'a3', 'y2']);
  isUp = true;
  assert.deepEqual(await written(lane, 6), [
    'x1 failed http-503',
    'y1 failed http-503',
    'a1 answered',
    'a2 answered',
    'a3 answered',
    'y2 skipped session-broken',
  ]);
});

test('a request of a session that was put off before is not called any more: it is a dead letter', async () => {
  const shadow = await startShadow(() => 503);
  const former = harness(shadow.url, { retry: '{ attempts: 1 }' });
  await sendAll(former, ['a1']);
  const { records } = await nextOutput(former.task);
  const copy = records.find(({ topic }) => topic === firstRetry?.topic) ?? assert.fail('it is put off');
  const lane = harness(shadow.url, { session, retry: '{ attempts: 1 }' });
  await lane.deliver(copy, start);
  const output = await nextOutput(lane.task);
  const letter = output.records.find(({ topic }) => topic === retryingTopics.deadLetters);
  assert.equal(parseLetter(letter?.headers ?? {})?.reason, 'session-broken');
  assert.deepEqual(
    (await responsesOf(output)).map(({ kind, status, reason }) => [kind, status, reason]),
    [['recovery', 'dead_lettered', 'session-broken']],
  );
  assert.equal(shadow.seen.length, 1, 'by the former one');
});
