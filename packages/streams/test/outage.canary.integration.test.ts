import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartitionSender } from '../src/client/sender.ts';
import { KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

/** H16: the client's "endless" retries of an idempotent producer have an end that no setting of theirs moves. */
test('Kafka is away: bare kafkajs gives a record up at once, though told to try a hundred times; ours waits', async (t) => {
  const prefix = freshPrefix('outage');
  const connection = connectionTo(broker);
  const proxy = await KafkaProxy.start(broker);
  t.after(() => proxy.close());
  const topic = `${prefix}topic`;
  await createTopic(connection, topic);
  const bare = bareKafka([broker], {
    socketFactory: proxy.socketFactory,
    retry: { retries: 2, initialRetryTime: 20, maxRetryTime: 50 },
  }).producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 100 } });
  const sender = new PartitionSender(connectionTo(broker, proxy.socketFactory), {
    maxQueuedRecords: 10,
    maxQueuedBytes: 10_000,
  });
  const sendOurs = (value: string) =>
    sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) });
  await bare.connect();
  await bare.send({ topic, messages: [{ value: 'bare before', partition: 0 }] });
  await sendOurs('ours before');

  proxy.refuse(true);
  proxy.cut();
  const waiting = sendOurs('ours meanwhile');
  await assert.rejects(
    bare.send({ topic, messages: [{ value: 'bare meanwhile', partition: 0 }] }),
    { retriable: false },
    'kafkajs was mended: it goes on trying',
  );
  proxy.refuse(false);
  await waiting;
  await Promise.all([bare.disconnect(), sender.close({ graceMs: 1000 })]);
  assert.deepEqual(await valuesIn(connection, topic), ['bare before', 'ours before', 'ours meanwhile']);
});
