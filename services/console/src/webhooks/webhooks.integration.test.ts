import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test, type TestContext } from 'node:test';
import { type Config, parseConfig } from '@understudy/config';
import type { RunningService } from '@understudy/service';
import {
  KafkaAdmin,
  kafkaConnection,
  openStreams,
  PartitionSender,
  setUpSharedTopics,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../../test/support/cluster.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { Receiver } from '../../test/receiver.ts';
import { startConsole } from '../start.ts';

const logger = createLogger({ service: 'console', level: 'silent' });
let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

/** Two webhooks: one that works, and one of which nobody answers the port. */
function configFor(url: string): Config {
  const webhooks = [
    { name: 'down', url: 'http://127.0.0.1:1/' },
    { name: 'chat', url },
  ];
  const experiment = {
    name: 'mortgage',
    route: { path: '/predict' },
    production: { url: 'http://127.0.0.1:9' },
    shadows: [{ name: 'boosted', url: 'http://127.0.0.1:9' }],
    comparison: { kind: 'class', label: '/decision' },
  };
  const document = {
    kafka: { brokers: cluster.brokers, prefix: `webhooks-${randomUUID().slice(0, 8)}.`, partitions: 2 },
    registry: { url: cluster.registryUrl },
    console: { port: 0 },
    alerts: { webhooks },
    experiments: [experiment],
  };
  return parseConfig({ text: JSON.stringify(document), file: 'understudy.yaml', env: {} });
}

async function start(t: TestContext, config: Config): Promise<RunningService> {
  const metrics = createMetrics({ service: 'console' });
  const service = await startConsole({ config, logger, metrics, onOver: assert.fail });
  t.after(() => service.close());
  return service;
}

/** Writes alerts of two lanes, one in each partition, as the comparator does. */
async function openWriter(t: TestContext, config: Config) {
  const metrics = createMetrics({ service: 'test' });
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 10, maxQueuedBytes: 100_000 });
  t.after(() => sender.close({ graceMs: 1_000 }).then(() => streams.close()));
  await setUpSharedTopics({ config, ...streams });
  const topic = `${config.kafka.prefix}alerts`;
  return async (partition: number, identity: string, state: 'firing' | 'resolved'): Promise<void> => {
    const value = streams.registry.encoder(
      'alert',
      topic,
    )({
      identity,
      lane: `lane ${partition}`,
      rule: 'ledger',
      state,
      windowStart: 0,
      reason: '101 sampled, and 100 compared + 0 with a reason',
      evidence: '{}',
      link: null,
    });
    await sender.send({ topic, partition, key: identity, value });
  };
}

/** The group remembers where it began: alerts from here on are its matter. */
async function untilBegun(t: TestContext, config: Config): Promise<KafkaAdmin> {
  const admin = await KafkaAdmin.open(kafkaConnection(config, 'test', logger));
  t.after(() => admin.close());
  await waitFor(async () => (await committed(admin, config)).every((offset) => offset !== null), {
    what: 'the webhook to begin',
    timeoutMs: 60_000,
  });
  return admin;
}

async function committed(admin: KafkaAdmin, { kafka }: Config): Promise<readonly (number | null)[]> {
  const found = await admin.committed(`${kafka.prefix}webhook.chat`, [`${kafka.prefix}alerts`], [0, 1]);
  return found.map(({ offset }) => offset);
}

test('a receiver that fails while the console is restarted gets every alert, in order', async (t) => {
  const receiver = await Receiver.start(t);
  const config = configFor(receiver.url);
  const first = await start(t, config);
  const admin = await untilBegun(t, config);
  const write = await openWriter(t, config);

  receiver.statuses.push(...Array.from({ length: 100 }, () => 503));
  await write(0, 'a', 'firing');
  await waitFor(() => receiver.calls.length > 0, { what: 'the first call', timeoutMs: 30_000 });
  await write(0, 'a', 'resolved');
  await first.close();
  assert.deepEqual([...new Set(receiver.seen)], ['a firing'], 'one after the other');
  receiver.statuses.length = 2;
  await write(1, 'b', 'firing');

  await start(t, config);
  await waitFor(async () => String(await committed(admin, config)) === '2,1', {
    what: 'all to be delivered, though another webhook is down',
    timeoutMs: 60_000,
  });
  const ofA = receiver.delivered.filter((seen) => seen.startsWith('a'));
  assert.deepEqual(ofA, ['a firing', 'a resolved'], 'each, in order');
  assert.ok(receiver.delivered.includes('b firing'));
});

test('an alert that was delivered is not sent again after a restart, and a new webhook begins with what is new', async (t) => {
  const receiver = await Receiver.start(t);
  const config = configFor(receiver.url);
  const write = await openWriter(t, config);
  const early = await start(t, { ...config, alerts: { ...config.alerts, webhooks: [] } });
  await write(0, 'before it was configured', 'firing');
  await early.close();

  const first = await start(t, config);
  const admin = await untilBegun(t, config);
  await write(0, 'a', 'firing');
  await waitFor(async () => String(await committed(admin, config)) === '2,0', {
    what: 'the delivery to be committed',
    timeoutMs: 30_000,
  });
  await first.close();
  await start(t, config);
  await write(0, 'a', 'resolved');
  await waitFor(async () => String(await committed(admin, config)) === '3,0', {
    what: 'the second delivery',
    timeoutMs: 60_000,
  });
  assert.deepEqual(receiver.seen, ['a firing', 'a resolved']);
});
