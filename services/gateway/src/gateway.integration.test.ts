import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { partitionOf } from '@understudy/streams';
import { createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { configOn, idOf, logger, losses, makeTopics, readBoth, start } from '../test/kafka.ts';
import { call, startProduction, startServer } from '../test/support.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { startGateway } from './start.ts';

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

test('both records of every exchange are in the log: same partition, the response after its request', async (t) => {
  const production = await startProduction(t, (response, body) =>
    response.end(`{"decision":"denied","of":${body.toString()}}`),
  );
  const config = configOn(cluster, production.url, { experiment: '    session: { header: x-session }' });
  await makeTopics(config);
  const gateway = await start(t, config);
  const url = `${gateway.address}/score`;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const calls = Array.from({ length: 200 }, (_, index) =>
    call(url, {
      body: String(index),
      headers: { traceparent, ...(index % 2 === 0 && { 'x-session': `session-${index % 20}` }) },
    }),
  );
  const called = await Promise.all(calls);
  await waitFor(async () => (await losses(gateway)).published === 200, {
    what: 'all to be published',
    timeoutMs: 30_000,
  });
  assert.deepEqual(await losses(gateway), { published: 200, lost: {}, pending: 0 });

  const { requests, responses } = await readBoth(config);
  assert.deepEqual(
    requests.map(idOf).sort(),
    called.map(({ headers }) => String(headers['x-exchange-id'])).sort(),
    'each exchange once',
  );
  const responseOf = new Map(responses.map((record) => [idOf(record), record]));
  assert.equal(responseOf.size, 200);
  for (const request of requests) {
    const { exchangeId, session, body } = request.decoded;
    const response = responseOf.get(exchangeId);
    assert.equal(request.key?.toString(), session ?? exchangeId);
    assert.equal(request.partition, partitionOf(session ?? exchangeId, 3));
    assert.equal(response?.partition, request.partition);
    assert.deepEqual(response?.key, request.key);
    assert.ok(response.timestampMs >= request.timestampMs);
    assert.equal(request.headers['traceparent'], traceparent);
    assert.equal(response.headers['traceparent'], traceparent);
    const answer = response.decoded.result.answer;
    assert.equal(answer?.body.toString(), `{"decision":"denied","of":${body.toString()}}`);
  }
});

test('exchanges that production fails are in the log too', async (t) => {
  const url = await startServer(t, (request) => {
    if (request.headers['x-do'] === 'hang up') request.socket.destroy();
  });
  const config = configOn(cluster, url, { timeout: '200ms' });
  await makeTopics(config);
  const gateway = await start(t, config);
  const statuses = [];
  for (const what of ['hang up', 'hang']) {
    statuses.push((await call(`${gateway.address}/score`, { body: what, headers: { 'x-do': what } })).status);
  }
  assert.deepEqual(statuses, [502, 504]);
  await waitFor(async () => (await losses(gateway)).published === 2, {
    what: 'both to be published',
    timeoutMs: 30_000,
  });
  const { requests, responses } = await readBoth(config);
  const outcomes = responses.map(
    ({ decoded }) => [bodyOf(decoded.exchangeId), decoded.result.outcome] as const,
  );
  assert.deepEqual(
    new Map(outcomes),
    new Map([
      ['hang up', 'failed'],
      ['hang', 'timed_out'],
    ]),
  );

  function bodyOf(exchangeId: string): string | undefined {
    return requests.find((record) => idOf(record) === exchangeId)?.decoded.body.toString();
  }
});

test('what arrives before the topics exist is published when they do', async (t) => {
  const production = await startProduction(t);
  const config = configOn(cluster, production.url);
  const gateway = await start(t, config);
  assert.equal((await call(`${gateway.address}/score`, { body: 'x' })).status, 200);
  assert.deepEqual(await losses(gateway), { published: 0, lost: {}, pending: 1 });
  assert.equal(gateway.ready().detail['events'], 'waiting');
  await makeTopics(config);
  await waitFor(async () => (await losses(gateway)).published === 1, {
    what: 'the exchange to be published',
    timeoutMs: 40_000,
  });
  assert.equal(gateway.ready().detail['events'], 'published');
});

test('topics with another number of partitions: production answers, nothing is published, and it says why', async (t) => {
  const production = await startProduction(t);
  const config = configOn(cluster, production.url);
  await makeTopics(config);
  const gateway = await start(t, { ...config, kafka: { ...config.kafka, partitions: 4 } });
  assert.equal((await call(`${gateway.address}/score`, { body: 'x' })).status, 200);
  const obstacle = (): { reason?: string; message?: string } => gateway.ready().detail['obstacle'] ?? {};
  await waitFor(() => obstacle().reason === 'setup-refused', { what: 'the reason', timeoutMs: 30_000 });
  assert.match(obstacle().message ?? '', /requests has 3 partitions, kafka\.partitions is 4/);
  assert.equal((await losses(gateway)).pending, 1);
});

test('a port in use: an error that names the port and the setting', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const config = configOn(cluster, 'http://127.0.0.1:1');
  const settings = { config: { ...config, gateway: { ...config.gateway, port } }, logger };
  await assert.rejects(
    startGateway({ ...settings, metrics: createMetrics({ service: 'gateway' }) }),
    new RegExp(`port ${port}: the port is in use; set gateway\\.port`),
  );
});
