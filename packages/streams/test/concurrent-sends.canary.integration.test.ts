import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { PartitionSender } from '../src/client/sender.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

/**
 * H3: of concurrent sends to one partition and one lost answer, kafkajs makes an acknowledged loss and a
 * duplicate.
 */
suite('concurrent sends, one answer lost', () => {
  const prefix = freshPrefix('concurrent');
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
  });
  after(() => proxy.close());

  test('bare kafkajs acknowledges a record that is not in the log', async () => {
    const topic = `${prefix}bare`;
    await createTopic(connectionTo(broker), topic);
    const producer = bareKafka([broker], proxy).producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const send = (value: string) => producer.send({ topic, messages: [{ value, partition: 0 }] });
    await send('first');
    const dropped = proxy.dropNextResponse(apiKeys.produce);
    const results = await Promise.all(['A', 'B', 'C'].map(send));
    await dropped;
    await producer.disconnect();

    assert.equal(results.length, 3, 'all three are acknowledged');
    const log = await valuesIn(connectionTo(broker), topic);
    assert.notDeepEqual(
      log.toSorted(),
      ['A', 'B', 'C', 'first'],
      'kafkajs was mended: lanes may send concurrently',
    );
  });

  test('the sender writes each once, in order, and tells the right offsets', async () => {
    const topic = `${prefix}ours`;
    await createTopic(connectionTo(broker), topic);
    const sender = new PartitionSender(connectionTo(broker, proxy.socketFactory), {
      maxQueuedRecords: 10,
      maxQueuedBytes: 10_000,
      maxBatchRecords: 1,
    });
    const send = (value: string) =>
      sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) });
    await send('first');
    const dropped = proxy.dropNextResponse(apiKeys.produce);
    const offsets = await Promise.all(['A', 'B', 'C'].map(send));
    await dropped;
    await sender.close({ graceMs: 1000 });

    assert.deepEqual(await valuesIn(connectionTo(broker), topic), ['first', 'A', 'B', 'C']);
    assert.deepEqual(offsets, [1, 2, 3]);
    assert.equal(sender.duplicatesPossible, 0);
  });
});
