import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { clientConfig } from '../test/config.ts';
import { createProducer, type Producer, type ServedRequest, type ServedResult } from './index.ts';
import { incomingHeaders, keptBody } from './served.ts';

const logger = createLogger({ service: 'client', level: 'silent' });
const request: ServedRequest = { method: 'POST', path: '/predict', headers: {}, body: '{}' };
const response = { status: 200, body: '{"decision":"approved"}', latencyMs: 3 };

/** With a Kafka and a registry that are not there. */
function producerAlone(t: TestContext, gateway = '{}'): Producer {
  const producer = createProducer({ config: clientConfig({ gateway }), experiment: 'mortgage', logger });
  t.after(() => producer.close({ graceMs: 0 }));
  return producer;
}

test('with Kafka away nothing throws or waits: what fits is pending, the rest is lost for a reason', (t) => {
  const producer = producerAlone(t, '{ queue: { maxRecords: 10 } }');
  for (let n = 0; n < 8; n += 1) producer.record({ request, response });
  assert.deepEqual(producer.report(), { published: 0, lost: { 'registry-away': 3 }, pending: 5 });
  assert.equal(producer.obstacle()?.reason, 'registry-away');
});

test('what makes no sense is counted, not thrown', (t) => {
  const producer = producerAlone(t);
  const hostile = { toString: () => assert.fail('of the service’s own making') };
  const broken = { ...request, headers: { a: hostile as unknown as string } };
  assert.equal(producer.begin(broken).exchangeId, null);
  assert.equal(producer.begin(null as unknown as ServedRequest).exchangeId, null);
  assert.deepEqual(producer.report(), { published: 0, lost: { unencodable: 2 }, pending: 0 });
  const exchange = producer.begin(request);
  exchange.end(null as unknown as ServedResult);
  exchange.end(response);
  assert.equal(producer.report().pending, 1);
});

test('a copy that was sent to this service as a shadow is not recorded', (t) => {
  const producer = producerAlone(t);
  const exchange = producer.begin({ ...request, headers: { 'X-Shadow-Deployment': 'true' } });
  exchange.keeper().add(Buffer.from('x'));
  exchange.end(response);
  assert.equal(exchange.exchangeId, null);
  assert.deepEqual(producer.report(), { published: 0, lost: {}, pending: 0 });
});

test('closed, it counts what comes as lost', async () => {
  const metrics = createMetrics({ service: 'mortgage' });
  const producer = createProducer({ config: clientConfig(), experiment: 'mortgage', logger, metrics });
  producer.record({ request, response });
  await producer.close({ graceMs: 0 });
  await producer.close();
  producer.record({ request, response });
  assert.deepEqual(producer.report(), { published: 0, lost: { shutdown: 2 }, pending: 0 });
  assert.match(
    await metrics.text(),
    /understudy_client_exchanges_lost_total\{reason="shutdown",service="mortgage"\} 2/,
  );
});

test('an experiment that the config does not have is refused with those that it has', () => {
  assert.throws(
    () => createProducer({ config: clientConfig(), experiment: 'mortage', logger }),
    /no experiment "mortage" in the config, but mortgage/,
  );
});

test('headers are found whatever their case, or how often they are there', () => {
  assert.deepEqual(
    incomingHeaders({ Authorization: 'x', 'X-Twice': ['a', 'b'], 'X-Number': 7, 'X-None': undefined }),
    {
      authorization: 'x',
      'x-twice': 'a, b',
      'x-number': '7',
    },
  );
});

test('a body is cut at the limit, and one that was cut before keeps its size', () => {
  assert.deepEqual(keptBody('abcdef', 4), { bytes: Buffer.from('abcd'), size: 6 });
  assert.deepEqual(keptBody({ bytes: Buffer.from('abcdef'), size: 9 }, 4), {
    bytes: Buffer.from('abcd'),
    size: 9,
  });
  assert.deepEqual(keptBody(undefined, 4), { bytes: Buffer.alloc(0), size: 0 });
});
