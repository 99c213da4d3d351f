/** What becomes of requests that fail in a way that may pass: in place, in the retry topics, among the dead letters. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type OutgoingRecord, parseLetter, type TaskOutput } from '@understudy/streams';
import { waitFor } from '../../../test/support/wait-for.ts';
import {
  cleanUp,
  codecs,
  type Harness,
  harness,
  nextOutput,
  plain,
  responsesOf,
  retryingTopics,
  start,
  startShadow,
} from '../test/harness.ts';

const [first, second] = ['retries.30s', 'retries.5m'];
const retry = '{ attempts: 2, pause: 1ms }';
const deadLetters = retryingTopics.deadLetters;

afterEach(cleanUp);

/** The one record that an output holds for a topic. */
function only(output: TaskOutput, topic: string): OutgoingRecord {
  const records = output.records.filter((record) => record.topic === topic);
  assert.equal(records.length, 1, `records for ${topic}`);
  return records[0] ?? assert.fail();
}

function callsOf({ headers = {} }: OutgoingRecord): {
  attempts: number | undefined;
  reason: string | undefined;
} {
  const letter = parseLetter(headers);
  return { attempts: letter?.calls?.attempts, reason: letter?.reason };
}

/** Sends one request, and returns its copy in the first retry topic. */
async function deferOne({ task, send }: Harness): Promise<OutgoingRecord> {
  await send({});
  return only(await nextOutput(task), first);
}

test('what fails once and then not is answered in place', async () => {
  const shadow = await startShadow((_, attempt) => (attempt === 1 ? 429 : 200));
  const { task, send } = harness(shadow.url, { retry });
  await send({});
  const output = await nextOutput(task);
  assert.deepEqual(
    (await responsesOf(output)).map(({ kind, status, attempts }) => [kind, status, attempts]),
    [['first', 'answered', 2]],
  );
  assert.equal(output.records.length, 1);
  assert.deepEqual(
    shadow.seen.map(({ attempt }) => attempt),
    [1, 2],
  );
});

test('an answer below 500 is an answer, and not asked for again', async () => {
  const shadow = await startShadow(() => 404);
  const { task, send } = harness(shadow.url, { retry });
  await send({});
  const [answered] = await responsesOf(await nextOutput(task));
  assert.deepEqual([answered?.status, answered?.answer?.status, answered?.attempts], ['answered', 404, 1]);
});

test('what keeps failing is deferred: its record goes to the first retry topic as it was, and says so', async () => {
  const shadow = await startShadow(() => 503);
  const { task, raw } = harness(shadow.url, { retry });
  const value = codecs.encoder('request', '')(plain(0));
  const startedMs = Date.now();
  await raw(value, start + 7, { traceparent: '00-ab-cd-01' });
  const output = await nextOutput(task);
  const [deferred] = await responsesOf(output);
  assert.deepEqual(
    [deferred?.kind, deferred?.status, deferred?.reason, deferred?.attempts, deferred?.latencyMs],
    ['first', 'deferred', 'http-503', 2, null],
  );
  const copy = only(output, first);
  assert.deepEqual(copy.value, value);
  assert.equal(copy.headers?.['traceparent'], '00-ab-cd-01');
  const letter = parseLetter(copy.headers);
  assert.partialDeepStrictEqual(letter, {
    lane: 'mortgage.boosted.live',
    stage: 'shadow-invoker',
    reason: 'http-503',
    source: { topic: 'requests', partition: 0, offset: 0 },
    appendedMs: start + 7,
    calls: { attempts: 2, requestTimeMs: start + 7, redrives: 0 },
  });
  const { firstFailureMs = 0, lastFailureMs = 0 } = letter?.calls ?? {};
  assert.ok(startedMs <= firstFailureMs && firstFailureMs <= lastFailureMs && lastFailureMs <= Date.now());
  assert.equal(output.positions[0]?.offset, 1);
});

test('a timeout that is deferred keeps the time waited: without it the shadow would look the faster', async () => {
  const shadow = await startShadow();
  const { task, send } = harness(shadow.url, { retry, timeout: '50ms' });
  await send({});
  const [deferred] = await responsesOf(await nextOutput(task));
  assert.equal(deferred?.reason, 'no answer within 50 ms');
  assert.ok((deferred.latencyMs ?? 0) >= 45);
});

test('a record is taken when its delay has passed, and not before', async () => {
  const shadow = await startShadow(() => 503);
  let nowMs = 0;
  const lane = harness(shadow.url, { retry, nowMs: () => nowMs });
  const copy = await deferOne(lane);
  const head = { ...copy, offset: 0, timestampMs: start, key: null, headers: {} };
  nowMs = start + 29_999;
  assert.equal(lane.task.appetite(first, head), 'later');
  nowMs = start + 30_000;
  assert.equal(lane.task.appetite(first, head), 'now');
  assert.equal(lane.task.appetite(second, head), 'later', 'the second topic has its own delay');
});

test('a retry that is answered is a recovery of its request', async () => {
  const shadow = await startShadow((_, attempt) => (attempt < 3 ? 503 : 200));
  const lane = harness(shadow.url, { retry });
  const copy = await deferOne(lane);
  await lane.deliver(copy, start + 9_000);
  const output = await nextOutput(lane.task);
  const [recovery] = await responsesOf(output);
  assert.deepEqual(
    [recovery?.kind, recovery?.status, recovery?.requestOffset, recovery?.requestTime, recovery?.attempts],
    ['recovery', 'answered', 0, start, 3],
  );
  assert.equal(output.records.length, 1);
  assert.deepEqual(
    output.positions.map(({ topic, offset }) => [topic, offset]),
    [[first, 1]],
  );
});

test('a retry that fails goes on to the second topic without a word, and from there to the dead letters', async () => {
  const shadow = await startShadow(() => 500);
  const lane = harness(shadow.url, { retry });
  const copy = await deferOne(lane);
  await lane.deliver(copy, start + 9_000);
  const onTheWay = await nextOutput(lane.task);
  assert.equal(onTheWay.records.length, 1);
  const further = only(onTheWay, second);
  assert.deepEqual(callsOf(further), { attempts: 3, reason: 'http-500' });
  await lane.deliver(further, start + 99_000);
  const givenUp = await nextOutput(lane.task);
  const letter = only(givenUp, deadLetters);
  assert.deepEqual(callsOf(letter), { attempts: 4, reason: 'http-500' });
  assert.deepEqual(letter.value, copy.value);
  assert.equal(letter.headers?.['understudy-source'], 'requests/0/0');
  assert.equal(letter.headers['understudy-first-failure'], copy.headers?.['understudy-first-failure']);
  const [recovery] = await responsesOf(givenUp);
  assert.deepEqual([recovery?.kind, recovery?.status, recovery?.attempts], ['recovery', 'dead_lettered', 4]);
  assert.deepEqual(
    shadow.seen.map(({ attempt }) => attempt),
    [1, 2, 3, 4],
  );
});

test('a dead letter that a person sent back and fails again is another dead letter, and said once', async () => {
  const shadow = await startShadow(() => 500);
  const lane = harness(shadow.url, { retry });
  const copy = await deferOne(lane);
  const redriven = { ...copy, topic: second, headers: { ...copy.headers, 'understudy-redrives': '1' } };
  await lane.deliver(redriven, start + 9_000);
  const output = await nextOutput(lane.task);
  assert.equal(only(output, deadLetters).headers?.['understudy-redrives'], '1');
  assert.equal(output.records.length, 1);
});

test('what waits in one input holds up no other, and takes none of its places', async () => {
  const shadow = await startShadow();
  const lane = harness(shadow.url, { retry: '{ attempts: 1 }', maxOutstanding: 8 });
  const failing = lane.send({ exchangeId: 'deferred' });
  await failing;
  await waitFor(() => shadow.seen.length === 1, { timeoutMs: 5_000, what: 'the call' });
  shadow.answer('deferred', 503);
  const copy = only(await nextOutput(lane.task), first);
  await lane.deliver(copy, start);
  await waitFor(() => shadow.seen.length === 2, { timeoutMs: 5_000, what: 'the retry, which hangs' });
  assert.equal(lane.task.appetite(first, null), 'later', 'one place of eight');
  assert.equal(lane.task.appetite(second, null), 'now');
  for (let n = 0; n < 6; n += 1) {
    assert.equal(lane.task.appetite(retryingTopics.requests, null), 'now');
    await lane.send({ exchangeId: `x${n}` });
  }
  assert.equal(lane.task.appetite(retryingTopics.requests, null), 'later', 'six places of eight');
  await waitFor(() => shadow.seen.some(({ id }) => id === 'x0'), { timeoutMs: 5_000, what: 'a request' });
  shadow.answer('x0');
  const output = await nextOutput(lane.task);
  assert.deepEqual(
    output.positions.map(({ topic, offset }) => [topic, offset]),
    [['requests', 2]],
  );
});

test('a shadow that is down pauses its lane: requests wait, use no attempt, and their timeout does not run', async () => {
  let isUp = false;
  const shadow = await startShadow(() => (isUp ? 200 : 503));
  const breaker = '{ failures: 2, probe: 150ms }';
  const lane = harness(shadow.url, { retry: '{ attempts: 1 }', breaker, timeout: '100ms' });
  for (let n = 0; n < 2; n += 1) await lane.send({});
  await waitFor(() => shadow.seen.length === 2, { timeoutMs: 5_000, what: 'two calls' });
  const statuses: string[] = [];
  const gather = async (): Promise<boolean> => {
    for (const { exchangeId, status, attempts } of await responsesOf(lane.task.output())) {
      statuses.push(`${exchangeId} ${status} ${attempts}`);
    }
    return statuses.length === 4;
  };
  await waitFor(
    async () =>
      (await lane.metrics.text()).includes(
        'breaker_state{lane="mortgage.boosted.live",service="shadow-invoker"} 1',
      ),
    {
      timeoutMs: 5_000,
      what: 'the pause',
    },
  );
  for (let n = 0; n < 2; n += 1) await lane.send({});
  isUp = true;
  await waitFor(gather, { timeoutMs: 5_000, what: 'all four responses' });
  assert.deepEqual(statuses, ['x0 deferred 1', 'x1 deferred 1', 'x2 answered 1', 'x3 answered 1']);
  assert.equal(shadow.seen.length, 4, 'nobody was called in vain');
});

test('a shadow that stays down: requests are skipped, retries go on without a call', async () => {
  const lane = harness('http://127.0.0.1:9', {
    retry: '{ attempts: 1 }',
    breaker: '{ failures: 1, probe: 10m, maxPause: 1s }',
  });
  const copy = await deferOne(lane);
  await lane.send({});
  await lane.deliver(copy, start + 9_000);
  const waiting: TaskOutput[] = [];
  await waitFor(
    () => {
      const output = lane.task.output();
      if (output !== null) waiting.push(output);
      return waiting.flatMap(({ records }) => records).length === 2;
    },
    { timeoutMs: 10_000, what: 'the end of the longest pause' },
  );
  const responses = (await Promise.all(waiting.map(responsesOf))).flat();
  assert.deepEqual(
    responses.map(({ kind, status, reason, attempts }) => [kind, status, reason, attempts]),
    [['first', 'skipped', 'shadow-down', 0]],
  );
  const further = waiting.flatMap(({ records }) => records).find(({ topic }) => topic === second);
  assert.deepEqual(further && callsOf(further), { attempts: 1, reason: 'shadow-down' });
});

test('a request that is to be called again when its shadow is down is deferred for what its first call said', async () => {
  const shadow = await startShadow(() => 503);
  const lane = harness(shadow.url, { retry, breaker: '{ failures: 1, probe: 10m, maxPause: 1s }' });
  await lane.send({});
  const [deferred] = await responsesOf(await nextOutput(lane.task));
  assert.deepEqual([deferred?.status, deferred?.reason, deferred?.attempts], ['deferred', 'http-503', 1]);
});

test('a retry whose value or headers can not be read is a dead letter, and its request recovered where it is known', async () => {
  const shadow = await startShadow(() => 503);
  const lane = harness(shadow.url, { retry });
  const copy = await deferOne(lane);
  await lane.deliver({ ...copy, value: Buffer.from('no avro') }, start + 9_000);
  const output = await nextOutput(lane.task);
  const [recovery] = await responsesOf(output);
  assert.deepEqual([recovery?.status, recovery?.requestOffset, recovery?.attempts], ['dead_lettered', 0, 2]);
  assert.match(callsOf(only(output, deadLetters)).reason ?? '', /^unreadable: /);
  await lane.deliver({ ...copy, headers: {} }, start + 9_000);
  const stray = await nextOutput(lane.task);
  assert.equal(stray.records.length, 1);
  const letter = only(stray, deadLetters);
  assert.equal(letter.headers?.['understudy-source'], `${first}/0/1`);
  assert.equal(letter.headers['understudy-attempts'], undefined);
});

test('calls, retries and dead letters are counted', async () => {
  const shadow = await startShadow(() => 500);
  const lane = harness(shadow.url, { retry });
  await lane.deliver({ ...(await deferOne(lane)), topic: second }, start);
  await nextOutput(lane.task);
  const text = await lane.metrics.text();
  const labels = 'lane="mortgage.boosted.live"';
  const service = 'service="shadow-invoker"';
  for (const line of [
    `understudy_invoker_calls_total{${labels},outcome="failed",${service}} 3`,
    `understudy_invoker_call_seconds_count{${service},${labels}} 3`,
    `understudy_invoker_retries_total{${labels},hop="in-place",${service}} 1`,
    `understudy_invoker_retries_total{${labels},hop="retry-topic",${service}} 1`,
    `understudy_invoker_dead_letters_total{${labels},${service}} 1`,
    `understudy_invoker_outstanding_requests{${labels},${service}} 0`,
    `understudy_invoker_breaker_state{${labels},${service}} 0`,
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});
