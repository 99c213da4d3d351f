import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { Secret } from '@understudy/config';
import type { Alert } from '@understudy/schemas-avro';
import type { IncomingRecord } from '@understudy/streams';
import { localCodecs } from '@understudy/streams/testing';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { Receiver } from '../../test/receiver.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';
import { WebhookTask, type WebhookTaskOptions } from './webhook-task.ts';

const input = { topic: 'alerts', partition: 3 };
const codecs = localCodecs();
const day = 86_400_000;

function alert(identity: string, state: Alert['state'] = 'firing'): Alert {
  return {
    identity,
    lane: 'mortgage.boosted.live',
    rule: 'divergence-high',
    state,
    windowStart: 1_000,
    reason: '30.0% of 100 compared answers differ; up to 5.0% are in order',
    evidence: '{"events":30}',
    link: null,
  };
}

function record(offset: number, value: Buffer | null, timestampMs: number = Date.now()): IncomingRecord {
  return { ...input, offset, timestampMs, key: null, value, headers: {} };
}

function encoded(of: Alert): Buffer {
  return codecs.encoder('alert', 'alerts')(of);
}

function start(t: TestContext, url: string, given: Partial<WebhookTaskOptions> = {}) {
  const metrics = createMetrics({ service: 'console' });
  const task = new WebhookTask({
    webhook: { name: 'chat', url, secret: null, timeoutMs: 5_000 },
    input,
    start: 0,
    isNew: false,
    codecs,
    metrics: createWebhookMetrics(metrics),
    logger: createLogger({ service: 'console', level: 'silent' }),
    wake: () => {},
    pause: { firstMs: 1, longestMs: 4 },
    ...given,
  });
  t.after(() => task.close());
  const position = (): number | null => task.output()?.positions[0]?.offset ?? null;
  const reaches = async (offset: number): Promise<void> => {
    await waitFor(() => position() === offset, { what: `position ${offset}`, timeoutMs: 10_000 });
  };
  return { task, metrics, position, reaches };
}

test('an alert is posted as JSON, signed, and only then its position passed', async (t) => {
  const receiver = await Receiver.start(t);
  const webhook = {
    name: 'chat',
    url: new Secret('CHAT_URL', receiver.url),
    secret: new Secret('CHAT', 'hunter2'),
    timeoutMs: 5_000,
  };
  const { task, position, reaches } = start(t, receiver.url, { webhook });
  assert.equal(position(), null);
  await task.accept(record(0, encoded(alert('a'))));
  await reaches(1);
  const [call] = receiver.calls;
  assert.deepEqual(call?.body, { ...alert('a'), evidence: { events: 30 } });
  assert.equal(call?.headers['content-type'], 'application/json');
  const digest = createHmac('sha256', 'hunter2')
    .update(call?.text ?? '')
    .digest('hex');
  assert.equal(call?.headers['x-understudy-signature'], `sha256=${digest}`);
  assert.equal(position(), null, 'nothing new to commit');
});

test('what fails is repeated before anything after it is sent', async (t) => {
  const receiver = await Receiver.start(t);
  receiver.statuses.push(500, 404, 302);
  const { task, metrics, reaches } = start(t, receiver.url);
  await task.accept(record(0, encoded(alert('a'))));
  await task.accept(record(1, encoded(alert('a', 'resolved'))));
  await reaches(2);
  assert.deepEqual(receiver.seen, ['a firing', 'a firing', 'a firing', 'a firing', 'a resolved']);
  const text = await metrics.text();
  assert.match(text, /webhook_failures_total\{.*\} 3/);
  assert.match(text, /webhook_alerts_total\{.*outcome="delivered".*\} 2/);
  assert.match(text, /webhook_waiting_records\{.*\} 0/);
});

test('a receiver that does not answer is given up for this try, and called again', async (t) => {
  const receiver = await Receiver.start(t);
  receiver.statuses.push(null);
  const { task, reaches } = start(t, receiver.url, {
    webhook: { name: 'chat', url: receiver.url, secret: null, timeoutMs: 20 },
  });
  await task.accept(record(0, encoded(alert('a'))));
  await reaches(1);
  assert.ok(receiver.calls.length >= 2);
});

test('an alert that is a day old is tried once more, and given up', async (t) => {
  const receiver = await Receiver.start(t);
  receiver.statuses.push(500);
  const { task, metrics, reaches } = start(t, receiver.url);
  await task.accept(record(7, encoded(alert('old')), Date.now() - day));
  await task.accept(record(8, encoded(alert('new'))));
  await reaches(9);
  assert.deepEqual(receiver.seen, ['old firing', 'new firing']);
  assert.match(await metrics.text(), /outcome="given-up".*\} 1/);
});

test('an alert that the receiver refuses for ever is given up soon, and does not hold up those behind it', async (t) => {
  const receiver = await Receiver.start(t);
  receiver.statuses.push(429, 503, ...Array.from({ length: 6 }, () => 400), 408);
  const { task, metrics, reaches } = start(t, receiver.url);
  await task.accept(record(0, encoded(alert('unwanted'))));
  await task.accept(record(1, encoded(alert('wanted'))));
  await reaches(2);
  assert.equal(receiver.seen.filter((seen) => seen === 'unwanted firing').length, 8);
  assert.deepEqual(receiver.delivered, ['wanted firing']);
  const text = await metrics.text();
  assert.match(text, /outcome="refused".*\} 1/);
  assert.match(text, /webhook_failures_total\{.*\} 9/);
});

test('what is not an alert is passed over, and counted', async (t) => {
  const receiver = await Receiver.start(t);
  const { task, metrics, reaches } = start(t, receiver.url);
  await task.accept(record(0, Buffer.from('?')));
  await task.accept(record(1, null));
  await task.accept(record(2, encoded({ ...alert('a'), evidence: 'no JSON' })));
  await reaches(3);
  assert.deepEqual(
    receiver.calls.map(({ body }) => body['evidence']),
    ['no JSON'],
  );
  assert.match(await metrics.text(), /outcome="unreadable".*\} 2/);
});

test('a new webhook commits where it begins, before there is an alert', (t) => {
  const { position } = start(t, 'http://127.0.0.1:1', { start: 41, isNew: true });
  assert.equal(position(), 41);
  assert.equal(position(), null);
});

test('a receiver that is down is not asked for more than it can take, and closing ends the trying', async (t) => {
  const { task, metrics, position } = start(t, 'http://127.0.0.1:1/');
  for (let offset = 0; task.appetite() === 'now'; offset += 1)
    await task.accept(record(offset, encoded(alert(`a${offset}`))));
  assert.match(await metrics.text(), /webhook_waiting_records\{.*\} 200/);
  task.close();
  assert.equal(position(), null);
  assert.match(await metrics.text(), /webhook_waiting_records\{.*\} 0/);
});
