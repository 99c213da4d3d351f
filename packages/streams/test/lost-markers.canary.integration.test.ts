import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { type LocalCluster, startLocalCluster } from '@understudy/infra-local';
import type { Admin, ISocketFactory, Transaction } from 'kafkajs';
import type { KafkaConnection } from '../src/client/connection.ts';
import { clusterMadeWith } from '../src/client/shims/own-cluster.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { untilSettled } from '../src/client/until-settled.ts';
import { bareKafka } from './support/kafka.ts';
import { valuesIn } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

/** Partition 0 is on a broker that stays, 1 on the one that will be killed, and on no other. */
const replicas = [[1], [2]];
const goesAway = 1;
/** Kafka's number for what coordinates transactions. */
const coordinatorType = 1;
/** By which the client's connections are known. */
const socketFactory: ISocketFactory = ({ host, port, onConnect }) => connect({ host, port }, onConnect);

/**
 * H30: a partition has no leader when a transaction ends. Its coordinator leaves the end out there, and calls the
 * transaction complete: what the partition holds of it ends as the id's next transaction there does. This is the broker's, so
 * the bare client is in the same place; what differs is what is done when the id is opened again.
 */
suite('a transaction ends while a partition has no leader', () => {
  let cluster: LocalCluster;
  let connection: KafkaConnection;
  let admin: Admin;

  before(async () => {
    cluster = await startLocalCluster({ brokers: 3, registry: false });
    connection = { brokers: cluster.bootstrapServers, clientId: 'test' };
    admin = bareKafka(cluster.bootstrapServers, { socketFactory }).admin();
    await admin.connect();
  });
  after(async () => {
    await admin.disconnect();
    await cluster.stop();
  });

  async function createTopic(topic: string): Promise<void> {
    const replicaAssignment = replicas.map((nodes, partition) => ({ partition, replicas: nodes }));
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, replicaAssignment, configEntries: [{ name: 'min.insync.replicas', value: '1' }] }],
    });
    await waitUntil('both partitions have leaders', 20_000, () => hasLeader(topic));
  }

  /** Whether the partition that goes away has one; kafkajs refuses to answer for a topic where one has none. */
  async function hasLeader(topic: string): Promise<boolean> {
    const known = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
    return known?.topics[0]?.partitions.find(({ partitionId }) => partitionId === 1)?.leader === 2;
  }

  /**
   * A name that no other has, for a topic and the id that writes to it, whose coordinator stays: kafkajs gives up a commit whose
   * coordinator has just moved.
   */
  async function nameFor(what: string): Promise<string> {
    const clients = clusterMadeWith(socketFactory);
    assert.ok(clients);
    for (let n = 0; n < 100; n += 1) {
      const groupId = `${what}-${n}`;
      const asked = { groupId, coordinatorType };
      const { nodeId } = (await clients.findGroupCoordinator(asked)) as unknown as { nodeId: number };
      if (nodeId !== replicas[goesAway]?.[0]) return groupId;
    }
    return assert.fail('a broker coordinates every id');
  }

  /** An open transaction that has written to both partitions. */
  async function begin(topic: string): Promise<Transaction> {
    const producer = bareKafka(cluster.bootstrapServers).producer({
      transactionalId: topic,
      maxInFlightRequests: 1,
      retry: { retries: 30, maxRetryTime: 500 },
    });
    await producer.connect();
    const transaction = await producer.transaction();
    for (const partition of [0, 1])
      await transaction.send({ topic, messages: [{ partition, value: 'former' }] });
    return transaction;
  }

  const openOurs = (topic: string): Promise<TransactionalProducer> =>
    TransactionalProducer.open(connection, {
      transactionalId: topic,
      writes: replicas.map((_, partition) => ({ topic, partition })),
    });

  test('its next owner ends it there as it ended elsewhere; bare kafkajs aborts what was committed', async () => {
    const topics = {
      bare: await nameFor('bare'),
      committed: await nameFor('committed'),
      aborted: await nameFor('aborted'),
    };
    await Promise.all(Object.values(topics).map(createTopic));
    const [bare, committed, aborted] = await Promise.all(Object.values(topics).map(begin));
    assert.ok(bare && committed && aborted);
    cluster.broker(goesAway).kill('SIGKILL');
    await waitUntil('the partition has no leader', 60_000, async () => !(await hasLeader(topics.bare)));
    await Promise.all([bare.commit(), committed.commit(), aborted.abort()]);
    await cluster.broker(goesAway).restart();
    await waitUntil('the partition has a leader', 60_000, () => hasLeader(topics.bare));

    const next = await begin(topics.bare);
    await next.abort();
    await waitUntil('what was committed is half there', 20_000, async () => {
      const values = await valuesIn(connection, topics.bare);
      return values.length === 1;
    });

    const left = { committed: ['former', 'former'], aborted: [] };
    for (const which of ['committed', 'aborted'] as const) {
      const topic = topics[which];
      const producer = await openOurs(topic);
      await untilSettled(connection, topic, [0, 1]);
      assert.deepEqual(await valuesIn(connection, topic), left[which]);
      await producer.close();
    }
  });
});
