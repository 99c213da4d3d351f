import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type LocalCluster, startLocalCluster } from '@understudy/infra-local';
import type { KafkaConnection } from '../src/client/connection.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { bareKafka } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { valuesIn } from './support/topics.ts';

/** Node ids of the topic's replicas, by partition; the first one leads. The second broker will be killed. */
const replicas = [
  [1, 3],
  [2, 1],
  [2, 3],
];

/**
 * H1: one send to partitions of two brokers; one of them dies, and its partition moves to the broker that
 * has answered already: kafkajs resolves, and those records were never sent.
 */
suite('a broker dies under a send', () => {
  let cluster: LocalCluster;
  let connection: KafkaConnection;

  before(async () => {
    cluster = await startLocalCluster({ brokers: 3, registry: false });
    connection = { brokers: cluster.bootstrapServers, clientId: 'test', requestTimeoutMs: 5000 };
  });
  after(() => cluster.stop());

  async function createTopic(topic: string): Promise<void> {
    const admin = bareKafka(cluster.bootstrapServers).admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic,
          replicaAssignment: replicas.map((nodes, partition) => ({ partition, replicas: nodes })),
          configEntries: [{ name: 'min.insync.replicas', value: '1' }],
        },
      ],
    });
    await waitUntil('the leaders are the first replicas', 20_000, async () => {
      const known = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null); // or not yet
      return known?.topics[0]?.partitions.every(
        ({ partitionId, leader }) => leader === replicas[partitionId]?.[0],
      );
    });
    await admin.disconnect();
  }

  test('bare kafkajs acknowledges what it never sent; the sender delivers it', async () => {
    const [bareTopic, ourTopic] = ['lost-sends-bare', 'lost-sends-ours'];
    await Promise.all([bareTopic, ourTopic].map(createTopic));
    const producer = bareKafka(cluster.bootstrapServers, { requestTimeoutMs: 5000 }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      retry: { retries: 60, initialRetryTime: 200, maxRetryTime: 500 },
    });
    await producer.connect();
    const sendBare = (text: string) =>
      producer.send({
        topic: bareTopic,
        messages: replicas.map((_, partition) => ({ value: `${text}-${partition}`, partition })),
      });
    const sender = new PartitionSender(connection, { maxQueuedRecords: 100, maxQueuedBytes: 100_000 });
    const sendOurs = (text: string) =>
      Promise.all(
        replicas.map((_, partition) =>
          sender.send({ topic: ourTopic, partition, key: null, value: Buffer.from(`${text}-${partition}`) }),
        ),
      );
    await Promise.all([sendBare('before'), sendOurs('before')]);
    cluster.broker(1).kill('SIGKILL');
    await Promise.all([sendBare('after'), sendOurs('after')]);
    await Promise.all([producer.disconnect(), sender.close({ graceMs: 1000 })]);

    const sent = ['after-0', 'after-1', 'after-2', 'before-0', 'before-1', 'before-2'];
    assert.deepEqual((await valuesIn(connection, ourTopic)).toSorted(), sent);
    assert.equal(sender.duplicatesPossible, 0);
    const bareLog = await valuesIn(connection, bareTopic);
    assert.ok(!bareLog.includes('after-1'), 'kafkajs was mended: a send may span partitions');
  });
});
