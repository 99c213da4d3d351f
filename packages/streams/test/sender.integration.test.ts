import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { KafkaConnection } from '../src/client/connection.ts';
import { recordBytes } from '../src/client/records.ts';
import { PartitionSender, type PartitionSenderOptions, type SenderState } from '../src/client/sender.ts';
import { closeAfterEach } from './support/close-after-each.ts';
import { apiKeys, KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

suite('PartitionSender', () => {
  const prefix = freshPrefix('sender');
  const connection = connectionTo(broker);
  const closeLater = closeAfterEach();

  function open(
    options: Partial<PartitionSenderOptions> = {},
    through: KafkaConnection = connection,
  ): PartitionSender {
    const sender = new PartitionSender(through, {
      maxQueuedRecords: 10_000,
      maxQueuedBytes: 50_000_000,
      ...options,
    });
    closeLater(() => sender.close({ graceMs: 0 }));
    return sender;
  }

  async function startProxy(): Promise<KafkaProxy> {
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    return proxy;
  }

  const record = (topic: string, value: string, partition = 0) => ({
    topic,
    partition,
    key: null,
    value: Buffer.from(value),
  });

  test('keeps the order per partition, batches what queues up, and tells each record its offset', async () => {
    const topic = `${prefix}order`;
    await createTopic(connection, topic, 2);
    const sender = open();
    const values = Array.from({ length: 3000 }, (_, index) => String(index));
    const offsets = await Promise.all(
      values.map((value, index) => sender.send(record(topic, value, index % 2))),
    );
    await sender.close({ graceMs: 1000 });

    const [even, odd] = [0, 1].map((rest) => values.filter((_, index) => index % 2 === rest));
    assert.deepEqual(await valuesIn(connection, topic), [...(even ?? []), ...(odd ?? [])]);
    assert.deepEqual(
      offsets,
      values.map((_, index) => Math.floor(index / 2)),
    );
    assert.equal(sender.queuedRecords, 0);
    assert.equal(sender.queuedBytes, 0);
  });

  test('a full queue refuses at once; a reservation holds its room until it is used or released', async () => {
    const topic = `${prefix}full`;
    await createTopic(connection, topic);
    const sender = open({ maxQueuedRecords: 3 });
    const bytes = recordBytes(record(topic, 'x'));
    const reservation = sender.reserve({ records: 2, bytes: 2 * bytes });
    assert.ok(reservation);
    assert.equal(sender.reserve({ records: 2, bytes }), null);

    const sends = [sender.send(record(topic, 'free'))];
    await assert.rejects(sender.send(record(topic, 'too many')), { code: 'queue-full' });
    sends.push(sender.send(record(topic, 'reserved'), reservation));
    reservation.release();
    reservation.release();
    sends.push(sender.send(record(topic, 'released')));
    await assert.rejects(sender.send(record(topic, 'too many')), { code: 'queue-full' });
    assert.deepEqual(await Promise.all(sends), [0, 1, 2]);
    await sender.close({ graceMs: 1000 });
  });

  test('bytes are limited like records', async () => {
    const sender = open({ maxQueuedBytes: 1000 });
    await assert.rejects(sender.send(record('any', 'x'.repeat(1000))), { code: 'queue-full' });
    assert.equal(sender.reserve({ records: 1, bytes: 1001 }), null);
    await sender.close({ graceMs: 0 });
  });

  test('only the record that is too large for the broker is refused', async () => {
    const topic = `${prefix}refused`;
    await createTopic(connection, topic);
    const sender = open({ maxBatchBytes: 5_000_000 });
    const large = 'x'.repeat(2_000_000);
    const results = await Promise.allSettled(
      ['before', large, 'after'].map((value) => sender.send(record(topic, value))),
    );
    await sender.close({ graceMs: 1000 });

    assert.deepEqual(
      results.map((result) => (result.status === 'rejected' ? result.reason.code : result.value)),
      [0, 'record-refused', 1],
    );
    assert.deepEqual(await valuesIn(connection, topic), ['before', 'after']);
  });

  test('Kafka is away for a while: everything waits, in order, and is written once', async () => {
    const topic = `${prefix}away`;
    await createTopic(connection, topic);
    const proxy = await startProxy();
    const states: SenderState[] = [];
    const sender = open(
      { onState: (state) => states.push(state), maxBatchRecords: 2 },
      connectionTo(broker, proxy.socketFactory),
    );
    await sender.send(record(topic, 'first'));
    proxy.refuse(true);
    proxy.cut();
    const waiting = ['a', 'b', 'c', 'd', 'e'].map((value) => sender.send(record(topic, value)));
    await waitUntil('it reports the failure', 20_000, () => states.at(-1)?.state === 'failing');
    assert.equal(sender.queuedRecords, 5);
    assert.equal(await sender.flush(50), false);
    proxy.refuse(false);
    assert.deepEqual(await Promise.all(waiting), [1, 2, 3, 4, 5]);
    assert.equal(await sender.flush(1000), true);
    await sender.close({ graceMs: 1000 });

    assert.deepEqual(await valuesIn(connection, topic), ['first', 'a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(
      states.map(({ state }) => state),
      ['failing', 'delivering'],
    );
    assert.equal(sender.duplicatesPossible, 0);
  });

  test('closing rejects what could not be sent in the time of grace', async () => {
    const topic = `${prefix}closing`;
    await createTopic(connection, topic);
    const proxy = await startProxy();
    proxy.refuse(true);
    const sender = open({}, connectionTo(broker, proxy.socketFactory));
    const waiting = Promise.allSettled(['a', 'b'].map((value) => sender.send(record(topic, value))));
    const startedAt = performance.now();
    await sender.close({ graceMs: 200 });
    assert.ok(performance.now() - startedAt < 4000);
    for (const result of await waiting) {
      assert.equal(result.status === 'rejected' && result.reason.code, 'closed');
    }
    await assert.rejects(sender.send(record(topic, 'late')), { code: 'closed' });
    assert.equal(sender.queuedRecords, 0);
  });

  test('after the delivery time-out a batch is rejected, and the next one does not take its place', async () => {
    const topic = `${prefix}timeout`;
    await createTopic(connection, topic);
    const proxy = await startProxy();
    const sender = open({ deliveryTimeoutMs: 1000 }, connectionTo(broker, proxy.socketFactory));
    await sender.send(record(topic, 'first'));
    const dropped = proxy.dropNextResponse(apiKeys.produce).then(() => proxy.refuse(true));
    await assert.rejects(sender.send(record(topic, 'given up')), { code: 'delivery-timeout' });
    await dropped;
    await proxy.untilQuiet(); // or an attempt that is still going on might mend it
    proxy.refuse(false);
    assert.equal(await sender.send(record(topic, 'next')), 2);
    await sender.close({ graceMs: 1000 });
    assert.deepEqual(await valuesIn(connection, topic), ['first', 'given up', 'next']);
  });

  test('a producer whose sequence is lost is replaced; its batch may be there twice, which is counted', async () => {
    const outOfOrderSequence = 45;
    const topic = `${prefix}spoilt`;
    await createTopic(connection, topic);
    const proxy = await startProxy();
    const sender = open({}, connectionTo(broker, proxy.socketFactory));
    await sender.send(record(topic, 'first'));
    const failed = proxy.failNext('produce', outOfOrderSequence);
    assert.equal(await sender.send(record(topic, 'second')), 2);
    await failed;
    await sender.send(record(topic, 'third'));
    await sender.close({ graceMs: 1000 });

    assert.deepEqual(await valuesIn(connection, topic), ['first', 'second', 'second', 'third']);
    assert.equal(sender.duplicatesPossible, 1);
  });
});
