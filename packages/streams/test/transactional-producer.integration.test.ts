import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { KafkaAdmin } from '../src/client/admin.ts';
import type { KafkaConnection } from '../src/client/connection.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { closeAfterEach } from './support/close-after-each.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, valuesIn } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();

suite('TransactionalProducer', () => {
  const prefix = freshPrefix('transactions');
  const connection = connectionTo(broker);
  const closeLater = closeAfterEach();
  let admin: KafkaAdmin;

  before(async () => {
    admin = await KafkaAdmin.open(connection);
  });
  after(() => admin.close());

  async function open(name: string, through: KafkaConnection = connection): Promise<TransactionalProducer> {
    const topic = prefix + name;
    const producer = await TransactionalProducer.open(through, {
      transactionalId: topic,
      writes: [0, 1].map((partition) => ({ topic, partition })), // some have one partition only
    });
    closeLater(() => producer.close());
    return producer;
  }

  const record = (topic: string, value: string | Buffer, partition = 0) => ({
    topic,
    partition,
    key: 'k',
    value: Buffer.from(value),
  });

  test('records and positions become visible together; first offsets are by partition', async () => {
    const topic = `${prefix}together`;
    const groupId = `${prefix}group`;
    await createTopic(connection, topic, 2);
    const producer = await open('together');
    const commit = (offset: number) =>
      producer.commit({
        records: [record(topic, 'a'), record(topic, 'b', 1), record(topic, 'c')],
        offsets: { groupId, positions: [{ topic, partition: 1, offset, metadata: `{"at":${offset}}` }] },
      });
    assert.deepEqual(
      [...(await commit(7))],
      [
        [`${topic}/0`, 0],
        [`${topic}/1`, 0],
      ],
    );
    assert.deepEqual(
      [...(await commit(8))],
      [
        [`${topic}/0`, 3], // two records and a marker later
        [`${topic}/1`, 2],
      ],
    );
    await producer.close();

    assert.deepEqual(await valuesIn(connection, topic), ['a', 'c', 'a', 'c', 'b', 'b']);
    const reader = await open('together'); // settles what was acknowledged
    assert.deepEqual(await admin.committed(groupId, [topic], [0, 1]), [
      { topic, partition: 0, offset: null, metadata: null },
      { topic, partition: 1, offset: 8, metadata: '{"at":8}' },
    ]);
    await reader.close();
  });

  test('a transaction that finds the former one unfinished waits 15 ms, not 300 as in bare kafkajs', async () => {
    const concurrentTransactions = 51;
    const topic = `${prefix}row`;
    await createTopic(connection, topic);
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    const { socketFactory } = proxy;
    const shortestMs = async (commitOne: () => Promise<unknown>): Promise<number> => {
      const tookMs: number[] = [];
      for (let count = 0; count < 5; count += 1) {
        const failed = proxy.failNext('addPartitionsToTxn', concurrentTransactions);
        const startedAt = performance.now();
        await commitOne();
        await failed;
        tookMs.push(performance.now() - startedAt);
      }
      return Math.min(...tookMs);
    };
    const bare = bareKafka([broker], { socketFactory }).producer({
      transactionalId: `${prefix}bare`,
      maxInFlightRequests: 1,
    });
    await bare.connect();
    closeLater(() => bare.disconnect());
    const bareMs = await shortestMs(async () => {
      const transaction = await bare.transaction();
      await transaction.send({ topic, messages: [{ value: 'x', partition: 0 }] });
      await transaction.commit();
    });
    const producer = await open('row', connectionTo(broker, socketFactory));
    const oursMs = await shortestMs(() => producer.commit({ records: [record(topic, 'x')] }));
    assert.ok(oursMs < 200, `ours: ${oursMs} ms`);
    assert.ok(bareMs > 200, `bare: ${bareMs} ms: kafkajs was mended, the guard can go`);
  });

  test('commits of positions alone, in a row, wait for each other inside', async () => {
    const topic = `${prefix}positions`;
    await createTopic(connection, topic);
    const producer = await open('positions');
    for (let offset = 0; offset < 30; offset += 1) {
      const positions = [{ topic, partition: 0, offset, metadata: '' }];
      await producer.commit({ records: [], offsets: { groupId: `${prefix}positions`, positions } });
    }
  });

  test('a transaction larger than one send is split, and stays one', async () => {
    const topic = `${prefix}split`;
    await createTopic(connection, topic);
    const producer = await open('split');
    const values = Array.from({ length: 30 }, (_, index) => Buffer.alloc(100_000, String(index % 10)));
    const firstOffsets = await producer.commit({ records: values.map((value) => record(topic, value)) });
    await producer.close();

    assert.deepEqual([...firstOffsets.values()], [0]);
    assert.deepEqual(await valuesIn(connection, topic), values.map(String));
  });

  test('nothing to write is no transaction', async () => {
    await createTopic(connection, `${prefix}nothing`);
    const producer = await open('nothing');
    assert.equal((await producer.commit({ records: [] })).size, 0);
    await producer.close();
  });

  test('a commit while another one runs is refused, and does no harm to it', async () => {
    const topic = `${prefix}twice`;
    await createTopic(connection, topic);
    const producer = await open('twice');
    const running = producer.commit({ records: [record(topic, 'first')] });
    await assert.rejects(producer.commit({ records: [record(topic, 'second')] }), {
      code: 'producer-unusable',
    });
    await running;
    await producer.commit({ records: [record(topic, 'third')] });
    await producer.close();
    assert.deepEqual(await valuesIn(connection, topic), ['first', 'third']);
  });

  test('the answer to a commit is lost: outcome unknown, producer unusable; the next owner finds it settled', async () => {
    const topic = `${prefix}lost`;
    const groupId = `${prefix}lost`;
    await createTopic(connection, topic);
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    const producer = await open('lost', connectionTo(broker, proxy.socketFactory));
    const dropped = proxy.dropNextResponse(apiKeys.endTxn);
    const offsets = { groupId, positions: [{ topic, partition: 0, offset: 5, metadata: '' }] };
    await assert.rejects(producer.commit({ records: [record(topic, 'x')], offsets }), {
      code: 'transaction-failed',
    });
    await dropped;
    await assert.rejects(producer.commit({ records: [] }), { code: 'producer-unusable' });
    await producer.close();

    const next = await open('lost');
    const [committed] = await admin.committed(groupId, [topic], [0]);
    assert.equal(committed?.offset, 5);
    assert.deepEqual(await valuesIn(connection, topic), ['x']);
    await next.close();
  });

  test('an owner that left a transaction open: the next one aborts it', async () => {
    const topic = `${prefix}open`;
    await createTopic(connection, topic);
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    const through = { ...connectionTo(broker, proxy.socketFactory), requestTimeoutMs: 1000 };
    const producer = await open('open', through);
    const produced = proxy.dropNextResponse(apiKeys.produce);
    const committing = producer.commit({ records: [record(topic, 'left open')] });
    committing.catch(() => {});
    await produced;
    proxy.refuse(true);
    await producer.close();
    await assert.rejects(committing, { code: 'transaction-failed' });

    const next = await open('open');
    await next.commit({ records: [record(topic, 'next')] });
    await next.close();
    assert.deepEqual(await valuesIn(connection, topic), ['next']);
  });

  test('before positions are read, their group’s coordinator acknowledges a write, which is taken back', async () => {
    const topic = `${prefix}positions`;
    const groupId = `${prefix}positions-group`;
    await createTopic(connection, topic);
    const former = await open('positions');
    const positions = [{ topic, partition: 0, offset: 5, metadata: 'former' }];
    await former.commit({ records: [], offsets: { groupId, positions } });
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    let acknowledged = 0;
    void proxy.dropNextResponse(apiKeys.txnOffsetCommit).then(() => {
      acknowledged += 1;
    });
    const next = await TransactionalProducer.open(connectionTo(broker, proxy.socketFactory), {
      transactionalId: `${prefix}positions`,
      writes: [{ topic, partition: 0 }],
      readsPositionsOf: { groupId, topic, partition: 0 },
    });
    closeLater(() => next.close());
    assert.equal(acknowledged, 1);
    assert.deepEqual(await admin.committed(groupId, [topic], [0]), positions);
    await next.commit({ records: [record(topic, 'next')] });
  });

  test('an opening that is given up fences nobody later', async () => {
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    proxy.refuse(true);
    const opening = TransactionalProducer.open(connectionTo(broker, proxy.socketFactory), {
      transactionalId: `${prefix}given-up`,
      writes: [],
      transactionTimeoutMs: 1000,
    });
    await assert.rejects(opening, { code: 'kafka-unavailable' });
    proxy.refuse(false);
    await proxy.untilQuiet();
    assert.equal(proxy.openedConnections, 0);
  });

  test('an idle producer has no connection, and keeps its id: the next commit opens one, unless it was fenced', async () => {
    const topic = `${prefix}idle`;
    const groupId = `${prefix}idle`;
    await createTopic(connection, topic);
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    const producer = await TransactionalProducer.open(connectionTo(broker, proxy.socketFactory), {
      transactionalId: `${prefix}idle`,
      writes: [{ topic, partition: 0 }],
      idleMs: 50,
    });
    closeLater(() => producer.close());
    const untilIdle = () => waitUntil('no connection is open', 10_000, () => proxy.connections === 0);
    const positions = [{ topic, partition: 0, offset: 1, metadata: '' }];
    await untilIdle();
    await producer.commit({ records: [], offsets: { groupId, positions } }); // names no topic whose leader is asked for
    await untilIdle();
    await producer.commit({ records: [record(topic, 'a')], offsets: { groupId, positions } });
    await producer.commit({ records: [record(topic, 'b')] });
    await untilIdle();

    const next = await open('idle');
    await assert.rejects(producer.commit({ records: [record(topic, 'c')] }), { code: 'fenced' });
    await next.commit({ records: [record(topic, 'd')] });
    assert.deepEqual(await valuesIn(connection, topic), ['a', 'b', 'd']);
  });

  test('a topic that does not exist fails the commit within its limit', async () => {
    const topics = [`${prefix}existing`, `${prefix}missing`];
    await createTopic(connection, `${prefix}existing`);
    const producer = await TransactionalProducer.open(connection, {
      transactionalId: `${prefix}missing`,
      writes: topics.map((topic) => ({ topic, partition: 0 })),
      transactionTimeoutMs: 1500,
    });
    const startedAt = performance.now();
    await assert.rejects(producer.commit({ records: [record(`${prefix}missing`, 'x')] }), {
      code: 'transaction-failed',
    });
    assert.ok(performance.now() - startedAt < 3000);
    await producer.close();
  });
});
