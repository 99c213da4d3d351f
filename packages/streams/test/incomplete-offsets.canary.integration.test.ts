import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { KafkaAdmin } from '../src/client/admin.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();
const entryBytes = 4 + 8 + 2 + 2; // partition, offset, metadata (empty), error code

/** The same answer about one topic and two partitions, without the second of them. */
function withoutSecondPartition(response: Buffer): Buffer {
  const topicLengthAt = 4 + 4 + 4 + 4; // after size, correlation id, throttle time, count of topics
  const countAt = topicLengthAt + 2 + response.readInt16BE(topicLengthAt);
  const secondAt = countAt + 4 + entryBytes;
  const edited = Buffer.concat([response.subarray(0, secondAt), response.subarray(secondAt + entryBytes)]);
  edited.writeInt32BE(edited.length - 4, 0);
  edited.writeInt32BE(1, countAt);
  return edited;
}

/** H8: while brokers fail over, the answer to "what is committed?" may lack partitions. */
suite('committed offsets that come incomplete', () => {
  const prefix = freshPrefix('incomplete-offsets');
  const topic = `${prefix}topic`;
  const groupId = `${prefix}group`;
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
    await createTopic(connectionTo(broker), topic, 2);
    const options = { transactionalId: `${prefix}owner`, writes: [], groups: [groupId] };
    const owner = await TransactionalProducer.open(connectionTo(broker), options);
    const positions = [5, 7].map((offset, partition) => ({ topic, partition, offset, metadata: '' }));
    await owner.commit({ records: [], offsets: { groupId, positions } });
    await owner.close();
    const next = await TransactionalProducer.open(connectionTo(broker), options);
    await next.close(); // from here on, what was committed is what is read
  });
  after(() => proxy.close());

  test('bare kafkajs passes them on as they come', async () => {
    const admin = bareKafka([broker], proxy).admin();
    await admin.connect();
    const edited = proxy.editNextResponse(apiKeys.offsetFetch, withoutSecondPartition);
    const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
    await edited;
    await admin.disconnect();
    const found = answer?.partitions.map(({ partition, offset }) => [partition, offset]);
    assert.deepEqual(found, [[0, '5']], 'kafkajs was mended: it asks again for what is missing');
  });

  test('ours asks again', async () => {
    const admin = await KafkaAdmin.open(connectionTo(broker, proxy.socketFactory));
    const edited = proxy.editNextResponse(apiKeys.offsetFetch, withoutSecondPartition);
    const committed = await admin.committed(groupId, [topic], [0, 1]);
    await edited;
    await admin.close();
    assert.deepEqual(
      committed.map(({ offset }) => offset),
      [5, 7],
    );
  });
});
