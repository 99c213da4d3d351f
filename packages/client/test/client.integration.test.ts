/** An existing fastify service that records itself by @understudy/client: its exchanges are compared. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createProducer, recordExchanges } from '../src/index.ts';
import { topicNames } from '@understudy/domain';
import type { ProductionResponse, Request } from '@understudy/schemas-avro';
import { kafkaConnection, readLog, RecordRegistry } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import Fastify from 'fastify';
import { newestDivergence } from '../../../test/support/newest-divergence.ts';
import { testCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { startPipeline } from '../../../test/support/pipeline.ts';
import { modelThat } from '../../../test/support/stand-in-model.ts';
import { waitFor } from '../../../test/support/wait-for.ts';

const logger = createLogger({ service: 'test', level: 'fatal' });
const calls = 40;

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

test('what a fastify service answers is compared with its shadow, and its callers notice nothing', async (t) => {
  const isRich = (body: string): boolean => (JSON.parse(body) as { income: number }).income >= 30;
  const shadow = modelThat((body) => (isRich(body) ? 'approved' : 'denied'));
  const { config } = await startPipeline(t, cluster, { production: shadow, shadow });
  const producer = createProducer({ config, experiment: 'mortgage', logger });
  const app = Fastify({ forceCloseConnections: true });
  t.after(() => app.close());
  await app.register(recordExchanges, { producer });
  app.post<{ Body: { income: number } }>('/predict', ({ body }) => ({
    decision: body.income >= 20 ? 'approved' : 'denied',
  }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  for (let income = 0; income < calls; income += 1) {
    const reply = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Api-Key': 'mine' },
      body: JSON.stringify({ income }),
    });
    assert.deepEqual(await reply.json(), { decision: income >= 20 ? 'approved' : 'denied' });
  }
  await waitFor(() => producer.report().published === calls, { what: 'all in the log', timeoutMs: 30_000 });
  assert.deepEqual(producer.report(), { published: calls, lost: {}, pending: 0 });

  const newest = await newestDivergence(config, {
    isIt: ({ running }) => running.sums.ledger.sampled >= calls,
    what: `${calls} to be judged`,
  });
  const { ledger, agreed } = newest.running.sums;
  assert.deepEqual({ ...ledger }, { sampled: calls, compared: calls, notCompared: {} });
  assert.equal(agreed, 30, 'all but those with an income from 20 to 29');

  const connection = kafkaConnection(config, 'test', logger);
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const names = topicNames(config.kafka.prefix);
  const requests: Request[] = [];
  for await (const { value } of readLog(connection, { topic: names.shared('requests') })) {
    if (value !== null) requests.push(await registry.decode('request', value));
  }
  const responses: ProductionResponse[] = [];
  for await (const { value } of readLog(connection, { topic: names.shared('production-responses') })) {
    if (value !== null) responses.push(await registry.decode('production-response', value));
  }
  assert.equal(requests.length, calls);
  assert.ok(requests.every(({ headers }) => headers['x-api-key'] === '[redacted]'));
  assert.deepEqual(
    new Set(responses.map(({ exchangeId }) => exchangeId)),
    new Set(requests.map(({ exchangeId }) => exchangeId)),
  );
});
