import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { PartitionSender, type SenderState } from '../src/client/sender.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

/**
 * H4: after an idempotent send that failed though it was written, kafkajs swallows the next one,
 * acknowledged.
 */
suite('a send fails after it was written', () => {
  const prefix = freshPrefix('failed-send');
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
  });
  after(() => proxy.close());

  /** The next answer to a produce request is lost, and the broker can't be reached until `refuse(false)`. */
  const failNextSend = async (): Promise<void> => {
    const dropped = proxy.dropNextResponse(apiKeys.produce);
    await dropped;
    proxy.refuse(true);
  };

  test('bare kafkajs acknowledges the next batch without writing it', async () => {
    const topic = `${prefix}bare`;
    await createTopic(connectionTo(broker), topic);
    const retry = { retries: 1, initialRetryTime: 100 };
    const producer = bareKafka([broker], { socketFactory: proxy.socketFactory, retry }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      retry,
    });
    await producer.connect();
    const send = (value: string) => producer.send({ topic, messages: [{ value, partition: 0 }] });
    await send('first');
    const failing = failNextSend();
    await assert.rejects(send('A'));
    await failing;
    proxy.refuse(false);
    await send('B');
    await producer.disconnect();

    const log = await valuesIn(connectionTo(broker), topic);
    assert.deepEqual(log, ['first', 'A'], 'kafkajs was mended: B is in the log');
  });

  test('the sender resends the same batch until it is acknowledged, and then the next one', async () => {
    const topic = `${prefix}ours`;
    await createTopic(connectionTo(broker), topic);
    const states: SenderState['state'][] = [];
    const sender = new PartitionSender(connectionTo(broker, proxy.socketFactory), {
      maxQueuedRecords: 10,
      maxQueuedBytes: 10_000,
      onState: ({ state }) => states.push(state),
    });
    const send = (value: string) =>
      sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) });
    await send('first');
    const failing = failNextSend();
    const first = send('A');
    await failing;
    const second = send('B');
    await waitUntil('the sender reports the failure', 10_000, () => states.length > 0);
    proxy.refuse(false);
    assert.deepEqual(await Promise.all([first, second]), [1, 2]);
    await sender.close({ graceMs: 1000 });

    assert.deepEqual(await valuesIn(connectionTo(broker), topic), ['first', 'A', 'B']);
    assert.deepEqual(states, ['failing', 'delivering']);
    assert.equal(sender.duplicatesPossible, 0);
  });
});
