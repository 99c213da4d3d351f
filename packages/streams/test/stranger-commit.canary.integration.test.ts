import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { KafkaAdmin } from '../src/client/admin.ts';
import { GroupConsumer } from '../src/client/consumer.ts';
import { PartitionAssigners } from '../src/client/kafkajs.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

/** H6: kafkajs sends no generation with transactional offsets, so that the group itself keeps nobody out. */
suite('commits of somebody who is not (or no more) the owner', () => {
  const prefix = freshPrefix('stranger');
  const topic = `${prefix}topic`;
  const groupId = `${prefix}group`;
  let admin: KafkaAdmin;

  before(async () => {
    await createTopic(connectionTo(broker), topic);
    admin = await KafkaAdmin.open(connectionTo(broker));
  });
  after(() => admin.close());

  const record = (value: string) => ({ topic, partition: 0, key: null, value: Buffer.from(value) });
  const offsetsAt = (offset: number) => ({
    groupId,
    positions: [{ topic, partition: 0, offset, metadata: '' }],
  });
  const committedOffset = async (): Promise<number | null | undefined> =>
    (await admin.committed(groupId, [topic], [0]))[0]?.offset;

  test('the broker takes them from a stranger, while the group is alive', async () => {
    const member = await GroupConsumer.open(connectionTo(broker), {
      groupId,
      topics: [topic],
      assignor: PartitionAssigners.roundRobin,
    });
    await member.run({ onBatch() {}, onAssigned() {}, onOutOfRange() {}, onUnreadable() {}, onCrash() {} });
    const stranger = bareKafka([broker]).producer({ transactionalId: `${prefix}stranger` });
    await stranger.connect();
    const transaction = await stranger.transaction();
    await transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic, partitions: [{ partition: 0, offset: '12345' }] }],
    });
    await transaction.commit();
    await waitUntil(
      'the stranger has moved the group',
      5000,
      async () => (await committedOffset()) === 12_345,
    );
    await Promise.all([stranger.disconnect(), member.close()]);
  });

  test('with a transactional id per task, the former owner is fenced: nothing of it is written', async () => {
    const options = {
      transactionalId: `${groupId}-0`,
      writes: [{ topic, partition: 0 }],
      groups: [groupId],
    };
    const former = await TransactionalProducer.open(connectionTo(broker), options);
    await former.commit({ records: [record('former')], offsets: offsetsAt(1) });
    const owner = await TransactionalProducer.open(connectionTo(broker), options);
    await owner.commit({ records: [record('owner')], offsets: offsetsAt(2) });

    await assert.rejects(former.commit({ records: [record('zombie')], offsets: offsetsAt(1) }), {
      code: 'fenced',
    });
    await assert.rejects(former.commit({ records: [] }), { code: 'producer-unusable' });
    await owner.commit({ records: [record('owner again')], offsets: offsetsAt(3) });
    await Promise.all([former.close(), owner.close()]);

    assert.deepEqual(await valuesIn(connectionTo(broker), topic), ['former', 'owner', 'owner again']);
    const reader = await TransactionalProducer.open(connectionTo(broker), options);
    assert.equal(await committedOffset(), 3);
    await reader.close();
  });
});
