import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { waitFor } from '../../../test/support/wait-for.ts';
import {
  cleanUp,
  codecs,
  harness,
  nextOutput,
  plain,
  responsesOf,
  start,
  startShadow,
  topics,
  windowMs,
} from '../test/harness.ts';
import { invokerStateOf } from './invoker-state.ts';

afterEach(cleanUp);

test('responses leave in the order of the requests, whatever the order of the answers', async () => {
  const shadow = await startShadow();
  const { task, send } = harness(shadow.url);
  for (let n = 0; n < 3; n += 1) await send({});
  await waitFor(() => shadow.seen.length === 3, { timeoutMs: 5_000, what: 'three concurrent calls' });
  shadow.answer('x2');
  shadow.answer('x1');
  assert.equal(task.output(), null, 'the first is not answered yet');
  shadow.answer('x0');
  const taken: string[] = [];
  while (taken.length < 3) {
    const output = await nextOutput(task);
    for (const { exchangeId, status } of await responsesOf(output)) taken.push(`${exchangeId} ${status}`);
    assert.equal(output.positions[0]?.offset, taken.length);
  }
  assert.deepEqual(taken, ['x0 answered', 'x1 answered', 'x2 answered']);
});

test('calls in flight and results not committed are bounded together', async () => {
  const shadow = await startShadow();
  const { task, send } = harness(shadow.url, { maxOutstanding: 4 });
  for (let n = 0; n < 4; n += 1) {
    assert.equal(task.appetite(topics.requests, null), 'now');
    await send({});
  }
  assert.equal(task.appetite(topics.requests, null), 'later');
});

test('bytes that are not committed are bounded, too; one request is always taken', async () => {
  const shadow = await startShadow(() => 200);
  const { task, send, metrics } = harness(shadow.url, { maxOutstandingBytes: '64KiB' });
  const body = Buffer.alloc(40 * 1024);
  for (const [sent, appetite] of [
    [Buffer.alloc(100 * 1024), 'later'],
    [body, 'now'],
    [body, 'later'],
  ] as const) {
    await send({ body: sent });
    assert.equal(task.appetite(topics.requests, null), appetite);
    if (sent !== body) await nextOutput(task);
  }
  assert.match(await metrics.text(), /understudy_invoker_outstanding_bytes\{[^}]*\} 8[2-9]\d{3}\n/);
  task.close();
  assert.match(await metrics.text(), /understudy_invoker_outstanding_bytes\{[^}]*\} 0\n/);
});

test('the copy says that it is one, carries the exchange id, and no redacted header', async () => {
  const shadow = await startShadow();
  const { send } = harness(shadow.url);
  await send({
    headers: { authorization: '[redacted]', 'content-type': 'application/json', 'x-tenant': 'a' },
  });
  await waitFor(() => shadow.seen.length === 1, { timeoutMs: 5_000, what: 'the call' });
  const { headers } = shadow.seen[0] ?? assert.fail('no call');
  assert.equal(headers['x-shadow-deployment'], 'true');
  assert.equal(headers['x-exchange-id'], 'x0');
  assert.equal(headers['x-tenant'], 'a');
  assert.equal(headers['authorization'], undefined);
});

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

test('the call is of the trace of the request’s record, under a parent of its own; the response keeps the record’s', async () => {
  const shadow = await startShadow();
  const { task, raw } = harness(shadow.url);
  const headers = { ...plain(0).headers, traceparent: `00-${traceId}-b7ad6b7169203331-00` };
  await raw(codecs.encoder('request', '')({ ...plain(0), headers }), undefined, { traceparent, other: 'x' });
  await waitFor(() => shadow.seen.length === 1, { timeoutMs: 5_000, what: 'the call' });
  const sent = String(shadow.seen[0]?.headers['traceparent']);
  assert.match(sent, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  assert.notEqual(sent, traceparent);
  shadow.answer('x0');
  const { records } = await nextOutput(task);
  assert.deepEqual(
    records.map((record) => record.headers),
    [{ traceparent, 'understudy-revision': '1' }],
  );
});

test('without trace context none is made up', async () => {
  const shadow = await startShadow();
  const { raw } = harness(shadow.url);
  await raw(codecs.encoder('request', '')(plain(0)), undefined, { traceparent: 'mine' });
  await waitFor(() => shadow.seen.length === 1, { timeoutMs: 5_000, what: 'the call' });
  assert.equal(shadow.seen[0]?.headers['traceparent'], undefined);
});

test('an error, a hang and a refused connection are responses with their reasons', async () => {
  const shadow = await startShadow();
  const failing = harness(shadow.url, { timeout: '200ms' });
  await failing.send({});
  await waitFor(() => shadow.seen.length === 1, { timeoutMs: 5_000, what: 'the call' });
  shadow.answer('x0', 503);
  const [failed] = await responsesOf(await nextOutput(failing.task));
  assert.deepEqual([failed?.status, failed?.reason, failed?.attempts], ['failed', 'http-503', 1]);
  await failing.send({});
  const [late] = await responsesOf(await nextOutput(failing.task));
  assert.deepEqual([late?.status, late?.reason], ['timed_out', 'no answer within 200 ms']);
  assert.ok(late?.latencyMs && late.latencyMs >= 190);

  const refused = harness('http://127.0.0.1:9');
  await refused.send({});
  const [down] = await responsesOf(await nextOutput(refused.task));
  assert.deepEqual([down?.status, down?.reason], ['failed', 'transport: ECONNREFUSED']);
});

test('a request that can not be read is skipped and goes to the dead letters as it is', async () => {
  const { task, raw } = harness('http://127.0.0.1:9');
  await raw(Buffer.from('not avro'));
  const output = await nextOutput(task);
  const [skipped] = await responsesOf(output);
  assert.deepEqual([skipped?.kind, skipped?.status, skipped?.reason], ['first', 'skipped', 'unreadable']);
  const letter = output.records.find(({ topic }) => topic === topics.deadLetters);
  assert.equal(letter?.value?.toString(), 'not avro');
  assert.equal(letter.headers?.['understudy-source'], 'requests/0/0');
  assert.equal(letter.headers['understudy-stage'], 'shadow-invoker');
});

test('a request whose body was cut is not sent: the shadow would answer something else', async () => {
  const { task, send } = harness('http://127.0.0.1:9');
  await send({ bodySize: 5_000 });
  const [skipped] = await responsesOf(await nextOutput(task));
  assert.deepEqual([skipped?.status, skipped?.reason], ['skipped', 'request-truncated']);
});

/**
 * window          |0      |1      |2
 * requests        tick    other   tick        none of them is for this lane
 * written                 progress progress   one as each window's end is passed, none within a window
 */
test('progress is written when time passes the end of a window, and only then', async () => {
  const { task, raw, send } = harness('http://127.0.0.1:9');
  await raw(null, start + 10);
  assert.equal(task.output(), null);
  await raw(codecs.encoder('request', '')({ ...plain(1), experiment: 'another' }), start + windowMs);
  const [first] = await responsesOf(await nextOutput(task));
  assert.deepEqual(
    [first?.kind, first?.requestOffset, first?.requestTime],
    ['progress', 1, start + windowMs],
  );
  await send({ experiment: 'another' });
  assert.equal(task.output(), null);
  await raw(null, start + 2 * windowMs);
  const output = await nextOutput(task);
  const [second] = await responsesOf(output);
  assert.deepEqual([second?.kind, second?.requestOffset], ['progress', 3]);
  const [position] = output.positions;
  assert.ok(position);
  const { clock, written } = invokerStateOf(position);
  assert.deepEqual({ clock, written }, { clock: start + 2 * windowMs, written: start + 2 * windowMs });
});

test('log time never goes back, and requests before the run are not its business', async () => {
  const { task, raw, send } = harness('http://127.0.0.1:9', {
    state: { clock: start + windowMs, written: start },
  });
  await raw(null, start + 1);
  const [progress] = await responsesOf(await nextOutput(task));
  assert.equal(progress?.requestTime, start + windowMs);
  const early = harness('http://127.0.0.1:9');
  await early.raw(codecs.encoder('request', '')(plain(0)), start - 1);
  assert.equal(early.task.output(), null);
  await send({});
  assert.equal((await responsesOf(await nextOutput(task)))[0]?.status, 'failed');
});

test('offsets committed by something else are refused with what to do', () => {
  const foreign = { topic: 'requests', partition: 0, offset: 7, metadata: null };
  assert.throws(() => invokerStateOf(foreign), /requests\/0 is not of this task.*stop all processes/);
});
