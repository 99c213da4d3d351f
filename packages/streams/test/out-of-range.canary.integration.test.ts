import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { KafkaAdmin } from '../src/client/admin.ts';
import { GroupConsumer } from '../src/client/consumer.ts';
import { PartitionAssigners } from '../src/client/kafkajs.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();

/**
 * H7: a position that is not in the log any more is silently moved, and -1 or -2 is committed for the
 * group.
 */
suite('a position that retention has deleted', () => {
  const prefix = freshPrefix('out-of-range');
  const topic = `${prefix}topic`;
  let admin: KafkaAdmin;

  before(async () => {
    const connection = connectionTo(broker);
    await createTopic(connection, topic);
    admin = await KafkaAdmin.open(connection);
    const sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
    const values = ['0', '1', '2', '3', '4'].map((value) => Buffer.from(value));
    await Promise.all(values.map((value) => sender.send({ topic, partition: 0, key: null, value })));
    await sender.close({ graceMs: 1000 });
    const bare = bareKafka([broker]).admin();
    await bare.connect();
    await bare.fetchTopicOffsets(topic); // it deletes only where it knows the leader
    await bare.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    await bare.disconnect();
  });
  after(() => admin.close());

  test('bare kafkajs reads on elsewhere', async () => {
    const consumer = bareKafka([broker]).consumer({ groupId: `${prefix}bare`, maxWaitTimeInMs: 100 });
    const offsets: number[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ message }) => {
        offsets.push(Number(message.offset));
        return Promise.resolve();
      },
    });
    consumer.seek({ topic, partition: 0, offset: '1' });
    await waitUntil('it was given records', 10_000, () => offsets.length > 0);
    await consumer.disconnect();
    assert.equal(offsets[0], 3, 'kafkajs was mended: it does not skip in silence');
  });

  test('ours stops there, says so, and commits nothing', async () => {
    const groupId = `${prefix}ours`;
    const found: number[] = [];
    let delivered = 0;
    const consumer = await GroupConsumer.open(connectionTo(broker), {
      groupId,
      topics: [topic],
      assignor: PartitionAssigners.roundRobin,
    });
    await consumer.run({
      onBatch: () => {
        delivered += 1;
      },
      onAssigned: () => consumer.seek(topic, 0, 1),
      onOutOfRange: (_topic, _partition, offset) => {
        found.push(offset);
      },
      onUnreadable: assert.fail,
      onCrash: assert.fail,
    });
    await waitUntil('it was told', 10_000, () => found.length > 0);
    assert.deepEqual(found, [1]);
    assert.equal(delivered, 0);
    assert.equal((await admin.committed(groupId, [topic], [0]))[0]?.offset, null);

    consumer.seek(topic, 0, 3); // a person has decided
    consumer.resume([{ topic, partitions: [0] }]);
    await waitUntil('it reads on', 10_000, () => delivered > 0);
    await consumer.close();
  });
});
