import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Cluster, ConsumerCrashEvent, PartitionAssigner } from 'kafkajs';
import { GroupConsumer } from '../src/client/consumer.ts';
import { PartitionAssigners } from '../src/client/kafkajs.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();
const connection = connectionTo(broker);
const prefix = freshPrefix('consumer-life');
const requestTimedOut = 7;
/** One more than the client's usual retries. */
const errors = 6;

async function write(topic: string, value: string): Promise<void> {
  const sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
  await sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) });
  await sender.close({ graceMs: 1000 });
}

/** H17: the client counts a consumer's errors over its whole life, however well it did between them. */
suite('errors that pass, each followed by success', () => {
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
  });
  after(() => proxy.close());

  /** Each after a record has come through. */
  async function failAgainAndAgain(topic: string, read: () => number, isOver: () => boolean): Promise<void> {
    for (let n = 0; n < errors && !isOver(); n += 1) {
      await proxy.failNext('fetch', requestTimedOut);
      await write(topic, 'between');
      await waitUntil('a record is read', 15_000, () => read() > n || isOver());
    }
  }

  test('bare kafkajs leaves the group', async () => {
    const topic = `${prefix}bare`;
    await createTopic(connection, topic);
    const retry = { retries: 5, initialRetryTime: 20, maxRetryTime: 50 };
    const consumer = bareKafka([broker], proxy).consumer({
      groupId: `${prefix}bare`,
      maxWaitTimeInMs: 50,
      retry,
    });
    const crashes: ConsumerCrashEvent[] = [];
    let read = 0;
    consumer.on(consumer.events.CRASH, (event) => crashes.push(event));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: () => {
        read += 1;
        return Promise.resolve();
      },
    });
    await failAgainAndAgain(
      topic,
      () => read,
      () => crashes.length > 0,
    );
    await waitUntil('it crashes', 10_000, () => crashes.length > 0);
    await consumer.disconnect();
    assert.equal(crashes[0]?.payload.error.name, 'KafkaJSNumberOfRetriesExceeded');
  });

  test('ours stays', async () => {
    const topic = `${prefix}ours`;
    await createTopic(connection, topic);
    let read = 0;
    let joined = 0;
    const consumer = await GroupConsumer.open(connectionTo(broker, proxy.socketFactory), {
      groupId: `${prefix}ours`,
      topics: [topic],
      assignor: PartitionAssigners.roundRobin,
    });
    await consumer.run({
      onBatch: (_topic, _partition, records) => {
        read += records.length;
      },
      onAssigned: () => {
        joined += 1;
      },
      onOutOfRange: assert.fail,
      onUnreadable: assert.fail,
      onCrash: assert.fail,
    });
    await failAgainAndAgain(
      topic,
      () => read,
      () => false,
    );
    await consumer.close();
    assert.equal(read, errors);
    assert.equal(joined, 1);
  });
});

/** H18: after some errors the client ends a consumer for good, and the process goes on as if nothing were. */
test('bare kafkajs: an error of a handler can end the consumer, and only an event tells', async () => {
  const topic = `${prefix}handler`;
  await createTopic(connection, topic);
  await write(topic, 'x');
  const consumer = bareKafka([broker]).consumer({ groupId: `${prefix}handler`, maxWaitTimeInMs: 50 });
  const crashes: ConsumerCrashEvent[] = [];
  consumer.on(consumer.events.CRASH, (event) => crashes.push(event));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: () => Promise.reject(new TypeError('of the handler')) });
  await waitUntil('it crashes', 10_000, () => crashes.length > 0);
  await consumer.disconnect();
  assert.equal(crashes[0]?.payload.restart, false, 'kafkajs was mended: it begins again after any error');
});

/** What of kafkajs' cluster its types don't name. */
interface WithPositions extends Cluster {
  committedOffsets(of: { groupId: string }): object;
}

/** H29: what a group has committed is one map for all consumers of an instance. */
test('bare kafkajs: two consumers of one instance share the positions of their group; ours share nothing', async () => {
  const groupId = `${prefix}shared`;
  const clusters: WithPositions[] = [];
  const seeing: PartitionAssigner = (given) => {
    clusters.push(given.cluster as WithPositions);
    return PartitionAssigners.roundRobin(given);
  };
  const kafka = bareKafka([broker]);
  for (let n = 0; n < 2; n += 1) kafka.consumer({ groupId, partitionAssigners: [seeing] });
  const topic = `${prefix}shared`;
  await createTopic(connection, topic);
  const ours = await Promise.all(
    [1, 2].map(() => GroupConsumer.open(connection, { groupId, topics: [topic], assignor: seeing })),
  );
  await Promise.all(ours.map((consumer) => consumer.close()));

  const [bareA, bareB, oursA, oursB] = clusters.map((cluster) => cluster.committedOffsets({ groupId }));
  assert.ok(bareA && oursA);
  assert.equal(bareA, bareB, 'kafkajs was mended: consumers may share an instance');
  assert.notEqual(oursA, oursB);
});
