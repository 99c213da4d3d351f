import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProductionResponse, Request } from '@understudy/schemas-avro';
import { StreamsError } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { waitFor } from '../../../../test/support/wait-for.ts';
import type { Arrival } from './arrival.ts';
import { captureOf, type Ending } from './capture.ts';
import type { Obstacle, Outlet, OutletOpening, Sending } from './outlet.ts';
import { Publisher } from './publisher.ts';
import { createRecordingMetrics } from './recording-metrics.ts';

const capture = captureOf({ name: 'mortgage', redact: { headers: [], body: ['/ssn'] } });

const ending: Ending = {
  timeMs: 2,
  latencyMs: 1,
  outcome: 'answered',
  answer: { status: 200, headers: {}, body: { bytes: Buffer.from('{}'), size: 2 } },
  error: null,
};

function arrival(exchangeId: string, body: string = '{}'): Arrival {
  const bytes = Buffer.from(body);
  return {
    exchangeId,
    requestId: null,
    session: null,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    timeMs: 1,
    method: 'POST',
    path: '/score',
    headers: {},
    body: { bytes, size: bytes.length },
  };
}

interface Sent {
  readonly what: 'request' | 'response';
  readonly key: string;
  readonly value: Request | ProductionResponse;
  readonly headers: Readonly<Record<string, string>>;
  acknowledge(): void;
  refuse(error: Error): void;
}

/** Takes records in Kafka's place, and acknowledges them when told to. */
class HandDrivenOutlet implements Outlet {
  readonly sent: Sent[] = [];

  request(key: string, value: Request, headers: Sent['headers']): Sending {
    return this.#send({ what: 'request', key, value, headers });
  }

  productionResponse(key: string, value: ProductionResponse, headers: Sent['headers']): Sending {
    return this.#send({ what: 'response', key, value, headers });
  }

  #send(record: Pick<Sent, 'what' | 'key' | 'value' | 'headers'>): Sending {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.sent.push({ ...record, acknowledge: resolve, refuse: reject });
    return { bytes: 100, acknowledged: promise };
  }

  async next(count: number): Promise<Sent> {
    await waitFor(() => this.sent.length >= count, { what: `record ${count}`, timeoutMs: 5_000 });
    const sent = this.sent[count - 1];
    assert.ok(sent);
    return sent;
  }
}

interface Setting {
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  readonly opening?: Partial<OutletOpening>;
}

function publisherOf({ maxRecords = 100, maxBytes = 1_000_000, opening }: Setting = {}): {
  outlet: HandDrivenOutlet;
  publisher: Publisher;
} {
  const outlet = new HandDrivenOutlet();
  const metrics = createRecordingMetrics(createMetrics({ service: 'gateway' }), 'gateway');
  const publisher = new Publisher({
    opening: { outlet: Promise.resolve(outlet), obstacle: () => null, close: async () => {}, ...opening },
    limits: { maxRecords, maxBytes },
    metrics,
    logger: createLogger({ service: 'gateway', level: 'silent' }),
  });
  return { outlet, publisher };
}

async function settled(publisher: Publisher): Promise<void> {
  await waitFor(() => publisher.report().pending === 0, { what: 'nothing to be pending', timeoutMs: 5_000 });
}

test('the request goes at once; the response after the answer has ended and the request is acknowledged', async () => {
  const { outlet, publisher } = publisherOf();
  const early = publisher.begin(capture, arrival('early'));
  const earlyRequest = await outlet.next(1);
  assert.deepEqual([earlyRequest.what, earlyRequest.key], ['request', 'early']);
  early?.end(ending);
  const late = publisher.begin(capture, arrival('late'));
  (await outlet.next(2)).acknowledge();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(outlet.sent.length, 2, 'one lacks the acknowledgement, the other its end');
  assert.equal(publisher.queue.records, 3, 'an acknowledged request takes no room');

  earlyRequest.acknowledge();
  const response = await outlet.next(3);
  assert.deepEqual([response.what, response.key], ['response', 'early']);
  assert.deepEqual(response.headers, { traceparent: arrival('').traceparent });
  late?.end(ending);
  const lateResponse = await outlet.next(4);
  assert.deepEqual([lateResponse.what, lateResponse.key], ['response', 'late']);
  assert.deepEqual(publisher.report(), { published: 0, lost: {}, pending: 2 });
  response.acknowledge();
  lateResponse.acknowledge();
  await settled(publisher);
  assert.deepEqual(publisher.report(), { published: 2, lost: {}, pending: 0 });
  assert.deepEqual(publisher.queue, { records: 0, bytes: 0 });
});

test('nothing of an exchange happens in the call that brings it', async () => {
  const { outlet, publisher } = publisherOf();
  publisher.begin(capture, arrival('1'));
  await Promise.resolve();
  assert.equal(outlet.sent.length, 0);
  const { value } = await outlet.next(1);
  assert.equal((value as Request).exchangeId, '1');
});

test('the session is the key of both records', async () => {
  const { outlet, publisher } = publisherOf();
  publisher.begin(capture, { ...arrival('1'), session: 'anna' })?.end(ending);
  (await outlet.next(1)).acknowledge();
  await outlet.next(2);
  assert.deepEqual(
    outlet.sent.map(({ key }) => key),
    ['anna', 'anna'],
  );
});

test('a full queue loses whole exchanges, each counted once; room that is given back is used again', async () => {
  const { outlet, publisher } = publisherOf({ maxRecords: 5 });
  const opened = Array.from({ length: 4 }, (_, index) => publisher.begin(capture, arrival(String(index))));
  assert.deepEqual(
    opened.map((exchange) => exchange !== null),
    [true, true, false, false],
  );
  assert.deepEqual(publisher.report(), { published: 0, lost: { 'queue-full': 2 }, pending: 2 });
  for (const exchange of opened) exchange?.end(ending);
  for (let record = 1; record <= 4; record++) (await outlet.next(record)).acknowledge();
  await settled(publisher);
  assert.notEqual(publisher.begin(capture, arrival('again')), null);
});

test('bytes are bounded too, and an answer for which there is no room is recorded cut', async () => {
  const { outlet, publisher } = publisherOf({ maxBytes: 40_000 });
  const exchange = publisher.begin(capture, arrival('1', '{"a":1}'));
  assert.equal(publisher.begin(capture, arrival('2', 'x'.repeat(30_000))), null);
  assert.equal(exchange?.keep(10_000), true);
  assert.equal(exchange?.keep(20_000), false);
  assert.ok(publisher.queue.bytes <= 40_000);
  (await outlet.next(1)).acknowledge();
  exchange?.end(ending);
  (await outlet.next(2)).acknowledge();
  await settled(publisher);
  assert.equal(exchange?.keep(1), false, 'after the end nothing is kept');
  assert.deepEqual(publisher.queue, { records: 0, bytes: 0 });
});

test('before Kafka and the registry are found, exchanges wait; those without room say what was missing', async () => {
  const opened = Promise.withResolvers<Outlet>();
  let obstacle: Obstacle | null = { reason: 'registry-away', message: 'no answer' };
  const { outlet, publisher } = publisherOf({
    maxRecords: 2,
    opening: { outlet: opened.promise, obstacle: () => obstacle },
  });
  publisher.begin(capture, arrival('waits'))?.end(ending);
  assert.equal(publisher.begin(capture, arrival('lost')), null);
  obstacle = { reason: 'kafka-away', message: 'no answer' };
  assert.equal(publisher.begin(capture, arrival('lost too')), null);
  assert.deepEqual(publisher.report().lost, { 'registry-away': 1, 'kafka-away': 1 });
  obstacle = null;
  opened.resolve(outlet);
  (await outlet.next(1)).acknowledge();
  (await outlet.next(2)).acknowledge();
  await settled(publisher);
  assert.equal(publisher.report().published, 1);
});

test('each failure is counted once, by its reason', async () => {
  const { outlet, publisher } = publisherOf();
  publisher.begin(capture, arrival('odd'))?.end(ending);
  outlet.request = () => {
    throw new TypeError('path: expected string');
  };
  await settled(publisher);
  Reflect.deleteProperty(outlet, 'request');

  const refusals: Error[] = [
    new StreamsError('record-refused', 'too large'),
    new StreamsError('delivery-timeout', 'too late'),
    new StreamsError('closed', 'closed'),
  ];
  for (const [index, error] of refusals.entries()) {
    publisher.begin(capture, arrival(String(index)))?.end(ending);
    (await outlet.next(index + 1)).refuse(error);
    await settled(publisher);
  }
  publisher.begin(capture, arrival('response'))?.end(ending);
  (await outlet.next(4)).acknowledge();
  (await outlet.next(5)).refuse(new StreamsError('record-refused', 'too large'));
  await settled(publisher);
  const lost = { unencodable: 1, 'record-refused': 2, delivery: 1, shutdown: 1 };
  assert.deepEqual(publisher.report(), { published: 0, lost, pending: 0 });
  assert.deepEqual(publisher.queue, { records: 0, bytes: 0 });
});

test('closing waits for what is pending, within its limit, and counts the rest', async () => {
  const patient = publisherOf();
  patient.publisher.begin(capture, arrival('1'))?.end(ending);
  const closing = patient.publisher.close({ graceMs: 5_000 });
  (await patient.outlet.next(1)).acknowledge();
  (await patient.outlet.next(2)).acknowledge();
  await closing;
  assert.deepEqual(patient.publisher.report(), { published: 1, lost: {}, pending: 0 });

  const impatient = publisherOf();
  impatient.publisher.begin(capture, arrival('1'))?.end(ending);
  const request = await impatient.outlet.next(1);
  await impatient.publisher.close({ graceMs: 20 });
  request.refuse(new StreamsError('closed', 'closed'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(impatient.publisher.report(), { published: 0, lost: { shutdown: 1 }, pending: 0 });
});

test('bodies are redacted in the records', async () => {
  const { outlet, publisher } = publisherOf();
  publisher.begin(capture, arrival('1', '{"ssn":"123"}'));
  const { value } = await outlet.next(1);
  assert.equal((value as Request).body.toString(), '{"ssn":"[redacted]"}');
});
