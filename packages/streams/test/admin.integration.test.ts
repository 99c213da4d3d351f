import { createLogger } from '@understudy/telemetry';
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { KafkaAdmin } from '../src/client/admin.ts';
import { readLog } from '../src/client/log-reader.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();

suite('KafkaAdmin', () => {
  const prefix = freshPrefix('admin');
  const connection = connectionTo(broker);
  let admin: KafkaAdmin;

  before(async () => {
    admin = await KafkaAdmin.open(connection);
  });
  after(() => admin.close());

  const spec = (topic: string, configs: Readonly<Record<string, string>> = {}) => ({
    topic,
    partitions: 3,
    replicationFactor: 1,
    configs,
  });

  test('creates what is missing, and is content with what is as needed', async () => {
    const specs = ['a', 'b'].map((name) =>
      spec(prefix + name, { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '60000' }),
    );
    await admin.ensureTopics(specs.slice(0, 1));
    await admin.ensureTopics(specs);
    assert.equal(await admin.partitionCount(`${prefix}b`), 3);
  });

  test('a topic keeps its own retention, and whoever asks for another is told', async (context) => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const warn = context.mock.method(logger, 'warn', () => undefined);
    const told = (): unknown[] => warn.mock.calls.map((call) => call.arguments[0]);
    const telling = await KafkaAdmin.open({ ...connection, logger });
    context.after(() => telling.close());
    const topic = `${prefix}kept`;
    const asItIs = spec(topic, { 'retention.ms': '60000', 'segment.ms': '9000' });
    await telling.ensureTopics([asItIs]);
    await telling.ensureTopics([asItIs]);
    await telling.ensureTopics([spec(topic)]);
    assert.deepEqual(told(), []);

    await telling.ensureTopics([spec(topic, { 'retention.ms': '7200000', 'segment.ms': '8000' })]);
    assert.deepEqual(told(), [
      `Topic "${topic}" exists with retention.ms=60000, segment.ms=9000 and stays so, though the config asks for ` +
        'something else. To change it: kafka-configs --alter --entity-type topics ' +
        `--entity-name ${topic} --add-config retention.ms=7200000,segment.ms=8000`,
    ]);
  });

  test('two that create the same topic at once both succeed', async () => {
    const other = await KafkaAdmin.open(connection);
    const topics = ['x', 'y', 'z'].map((name) => spec(`${prefix}at-once-${name}`));
    await Promise.all([admin.ensureTopics(topics), other.ensureTopics(topics)]);
    await other.close();
  });

  test('names every mismatch: what was found, what is needed, what to do', async () => {
    const topic = `${prefix}other`;
    await admin.ensureTopics([spec(topic, { 'cleanup.policy': 'compact' })]);
    const needed = {
      ...spec(topic, { 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'delete' }),
      partitions: 6,
    };
    await assert.rejects(admin.ensureTopics([needed]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'topic-mismatch');
      assert.match(error.message, new RegExp(`"${topic}" has 3 partitions, but 6 are needed`));
      assert.match(error.message, /has message\.timestamp\.type=CreateTime, but .*LogAppendTime is needed/);
      assert.match(error.message, /has cleanup\.policy=compact, but cleanup\.policy=delete is needed/);
      assert.match(error.message, /kafka-configs --alter/);
      return true;
    });
  });

  test('a topic that the broker refuses is named, with the reason', async () => {
    const refused = { ...spec(`${prefix}refused`), replicationFactor: 99 };
    await assert.rejects(admin.ensureTopics([refused]), {
      code: 'topic-refused',
      message: /refused".*[Rr]eplication/s,
    });
  });

  test('a cluster has an id, the same for whoever asks', async () => {
    const id = await admin.clusterId();
    const other = await KafkaAdmin.open(connection);
    assert.match(id ?? '', /^[\w-]{16,}$/);
    assert.equal(await other.clusterId(), id);
    await other.close();
  });

  test('bounds are those of a read-committed reader, and follow deletion', async () => {
    const topic = `${prefix}bounds`;
    await createTopic(connection, topic, 2);
    const sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
    for (const value of ['a', 'b', 'c'])
      await sender.send({ topic, partition: 1, key: null, value: Buffer.from(value) });
    await sender.close({ graceMs: 1000 });
    const bare = bareKafka([broker]);
    const deleting = bare.admin();
    await deleting.connect();
    await deleting.fetchTopicOffsets(topic);
    await deleting.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '2' }] });
    await deleting.disconnect();
    const writer = bare.producer({ transactionalId: prefix });
    await writer.connect();
    const open = await writer.transaction();
    await open.send({ topic, messages: [{ value: 'open', partition: 1 }] });

    assert.deepEqual(await admin.bounds(topic), [
      { start: 0, end: 0 },
      { start: 2, end: 3 },
    ]);
    await open.commit();
    await waitUntil('the transaction is seen', 5000, async () => (await admin.bounds(topic))[1]?.end === 5);
    await writer.disconnect();
  });

  test('offsets at a time: the first record at or after it, else the end', async () => {
    const topic = `${prefix}times`;
    await admin.ensureTopics([spec(topic, { 'message.timestamp.type': 'LogAppendTime' })]);
    const sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
    const send = async (partition: number): Promise<void> => {
      await sender.send({ topic, partition, key: null, value: null });
      const now = Date.now();
      await waitUntil('the clock has moved', 1000, () => Date.now() > now + 1);
    };
    await send(0);
    await send(1);
    await send(0);
    await sender.close({ graceMs: 1000 });
    const times: number[] = [];
    for await (const { timestampMs } of readLog(connection, { topic, partitions: [0] }))
      times.push(timestampMs);
    const [first = 0, second = 0] = times;

    assert.deepEqual(await admin.offsetsAtTime(topic, 0), [0, 0, 0]);
    assert.deepEqual(await admin.offsetsAtTime(topic, first), [0, 0, 0]);
    assert.deepEqual(await admin.offsetsAtTime(topic, first + 1), [1, 0, 0]);
    assert.deepEqual(await admin.offsetsAtTime(topic, second, [2, 0]), [0, 1]);
    assert.deepEqual(await admin.offsetsAtTime(topic, second + 1, [0, 1]), [2, 1]);
  });

  test('committed: one entry for each that is asked for, null where there is none', async () => {
    const topics = [`${prefix}c1`, `${prefix}c2`];
    const groupId = `${prefix}group`;
    const none = { offset: null, metadata: null };
    await admin.ensureTopics(topics.map((topic) => spec(topic)));
    const all = topics.flatMap((topic) => [0, 2].map((partition) => ({ topic, partition, ...none })));
    assert.deepEqual(await admin.committed(groupId, topics, [0, 2]), all);

    const [topic = ''] = topics;
    const open = () =>
      TransactionalProducer.open(connection, { transactionalId: groupId, writes: [], groups: [groupId] });
    const producer = await open();
    await producer.commit({
      records: [],
      offsets: { groupId, positions: [{ topic, partition: 2, offset: 0, metadata: '' }] },
    });
    await producer.close();
    const next = await open();
    const [, found] = await admin.committed(groupId, topics, [0, 2]);
    assert.deepEqual(found, { topic, partition: 2, offset: 0, metadata: null });
    await next.close();
  });
});
