import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { openStreams, PartitionSender, setUpSharedTopics, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { type TestCluster, testCluster } from '../../../test/support/cluster.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { divergence } from '../test/divergence.ts';
import { Lanes } from './lanes.ts';
import { Runs } from './runs.ts';
import { watchWaiting } from './waiting.ts';

const lane = 'mortgage.boosted.live';
const logger = createLogger({ service: 'console', level: 'fatal' });
const prefix = `waiting-${randomUUID().slice(0, 8)}.`;
const topic = `${prefix}requests`;

suite('what waits for the next window', () => {
  let cluster: TestCluster;
  let streams: Streams;
  let sender: PartitionSender;
  const lanes = new Lanes();
  const watching = new AbortController();

  before(async () => {
    cluster = await testCluster();
    const text = `
kafka: { brokers: [${cluster.brokers.join(', ')}], prefix: ${prefix}, partitions: 2 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:2' }]
    comparison: { kind: class, label: /decision }
`;
    const config = parseConfig({ text, file: 'understudy.yaml', env: {} });
    const metrics = createMetrics({ service: 'console' });
    streams = await openStreams({ config, service: 'console', logger, metrics });
    await setUpSharedTopics({ config, ...streams });
    sender = new PartitionSender(streams.connection, { maxQueuedRecords: 1_000, maxQueuedBytes: 1_000_000 });
    // The newest window ended long before anything was appended.
    lanes.add(divergence({ lane }));
    const { signal } = watching;
    void watchWaiting({ ...streams, lanes, runs: new Runs(), topic, logger, signal });
  });
  after(async () => {
    watching.abort();
    await sender?.close({ graceMs: 1_000 });
    await streams?.close();
    await cluster?.stop();
  });

  async function append(partition: number, experiment: string | null): Promise<void> {
    const request = {
      exchangeId: randomUUID(),
      requestId: null,
      session: null,
      requestTime: 0,
      method: 'POST',
      path: '/predict',
      headers: {},
      contentType: null,
      body: Buffer.alloc(0),
      bodySize: 0,
      production: null,
    };
    const value =
      experiment === null ? null : streams.registry.encoder('request', topic)({ ...request, experiment });
    await sender.send({ topic, partition, key: null, value });
  }

  async function shows(requests: number, isExact: boolean): Promise<void> {
    await waitFor(() => lanes.get(lane)?.waiting?.requests === requests, {
      what: `${requests} waiting requests`,
      timeoutMs: 20_000,
    });
    assert.equal(lanes.get(lane)?.waiting?.isExact, isExact);
  }

  test('is nothing in an empty log', () => shows(0, true));

  test('are its experiment’s requests in all partitions, without ticks', async () => {
    await append(0, 'mortgage');
    await append(0, null);
    await append(1, 'mortgage');
    await append(1, 'other');
    await shows(2, true);
  });

  test('are at most as many as there are records, where there are many', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, n) => append(n % 2, 'mortgage')));
    await shows(104, false);
  });

  test('are none when a window has closed over them', async () => {
    const window = Math.ceil((Date.now() + 60_000) / 5_000);
    lanes.add(divergence({ lane, window }));
    await shows(0, true);
  });
});
