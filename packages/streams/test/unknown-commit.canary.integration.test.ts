import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Transaction } from 'kafkajs';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { untilSettled } from '../src/client/until-settled.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();
const connection = connectionTo(broker);

/** H10, H13: the end of a transaction fails, so nobody here knows whether it was committed. */
suite('a commit without an answer', () => {
  const prefix = freshPrefix('unknown-commit');
  const closing: (() => Promise<void>)[] = [];
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  after(() => proxy.close());

  const record = (topic: string, value: string) => ({
    topic,
    partition: 0,
    key: null,
    value: Buffer.from(value),
  });
  const sendBare = (transaction: Transaction, topic: string, value: string) =>
    transaction.send({ topic, messages: [{ value, partition: 0 }] });

  async function openOurs(transactionalId: string, throughProxy: boolean): Promise<TransactionalProducer> {
    const through = throughProxy ? connectionTo(broker, proxy.socketFactory) : connection;
    const producer = await TransactionalProducer.open(through, {
      transactionalId,
      writes: [{ topic: transactionalId, partition: 0 }],
    });
    closing.push(() => producer.close());
    return producer;
  }

  test('bare kafkajs is stuck: its producer begins no transaction any more', async () => {
    const topic = `${prefix}bare`;
    await createTopic(connection, topic);
    const producer = bareKafka([broker], proxy).producer({
      transactionalId: `${prefix}bare`,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    closing.push(() => producer.disconnect());
    const transaction = await producer.transaction();
    await sendBare(transaction, topic, 'x');
    const dropped = proxy.dropNextResponse(apiKeys.endTxn);
    await assert.rejects(transaction.commit());
    await dropped;
    for (let tries = 0; tries < 3; tries += 1)
      await assert.rejects(producer.transaction(), /COMMITTING|transition/i, 'kafkajs was mended');
  });

  test('ours is thrown away; the next one under its id finds it settled and goes on: each record once', async () => {
    const topic = `${prefix}ours`;
    await createTopic(connection, topic);
    const producer = await openOurs(`${prefix}ours`, true);
    await producer.commit({ records: [record(topic, 'before')] });
    const dropped = proxy.dropNextResponse(apiKeys.endTxn);
    await assert.rejects(producer.commit({ records: [record(topic, 'unanswered')] }), {
      code: 'transaction-failed',
    });
    await dropped;
    const next = await openOurs(`${prefix}ours`, true);
    await next.commit({ records: [record(topic, 'after')] });
    assert.deepEqual(await valuesIn(connection, topic), ['before', 'unanswered', 'after']);
  });

  test('the end of a transaction that arrives late ends no transaction of the next owner', async () => {
    const topic = `${prefix}late`;
    const transactionalId = `${prefix}late`;
    await createTopic(connection, topic);
    const former = await openOurs(transactionalId, true);
    const holding = proxy.holdNextRequest(apiKeys.endTxn);
    await assert.rejects(former.commit({ records: [record(topic, 'former')] }), {
      code: 'transaction-failed',
    });
    const late = await holding;

    const owner = bareKafka([broker]).producer({ transactionalId, maxInFlightRequests: 1 });
    await owner.connect();
    closing.push(() => owner.disconnect());
    const transaction = await owner.transaction();
    await sendBare(transaction, topic, 'owner');
    const answer = await late.deliver();
    assert.equal(answer.readInt16BE(4 + 4 + 4), 47, 'INVALID_PRODUCER_EPOCH');
    assert.deepEqual(await valuesIn(connection, topic), [], 'nothing was committed by it');
    await sendBare(transaction, topic, 'owner, too');
    await transaction.commit();

    const next = await openOurs(transactionalId, false);
    await next.commit({ records: [record(topic, 'next')] });
    await untilSettled(connection, topic, [0]); // a commit is confirmed before its end is in the log
    assert.deepEqual(await valuesIn(connection, topic), ['owner', 'owner, too', 'next']);
  });
});
