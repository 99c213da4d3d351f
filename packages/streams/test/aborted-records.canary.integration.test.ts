import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Producer, Transaction } from 'kafkajs';
import { KafkaAdmin } from '../src/client/admin.ts';
import { readLog } from '../src/client/log-reader.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { readBare } from './support/read-bare.ts';
import { readByGroup } from './support/read-by-group.ts';
import { createTopic, logEnd } from './support/topics.ts';

const broker = await testBroker();

/** H2: kafkajs delivers records of aborted transactions. */
suite('aborted records', () => {
  const prefix = freshPrefix('aborted');
  let writers: readonly Producer[];

  before(async () => {
    writers = ['a', 'b'].map((id) =>
      bareKafka([broker]).producer({ transactionalId: prefix + id, maxInFlightRequests: 1 }),
    );
    await Promise.all(writers.map((writer) => writer.connect()));
  });
  after(() => Promise.all(writers.map((writer) => writer.disconnect())));

  const begin = (): Promise<Transaction[]> => Promise.all(writers.map((writer) => writer.transaction()));
  const send = (to: Transaction | undefined, topic: string, value: string, key: Buffer | string = 'k') =>
    to?.send({ topic, messages: [{ key, value, partition: 0 }] });

  /**
   * Until the marker of an abort that was acknowledged is in the log: the order of markers decides what
   * kafkajs does.
   */
  const untilLogEndsAt = (topic: string, end: number) =>
    waitUntil(
      `${topic} ends at ${end}`,
      5000,
      async () => (await logEnd(connectionTo(broker), topic)) === end,
    );

  const commitOne = async (topic: string): Promise<void> => {
    const transaction = await writers[0]?.transaction();
    await send(transaction, topic, 'committed');
    await transaction?.commit();
  };

  /** What bare kafkajs, our log reader and our consumer read from `from` on. */
  async function read(
    topic: string,
    from: number,
  ): Promise<{ bare: readonly string[]; ours: string[]; consumed: string[] }> {
    const connection = connectionTo(broker);
    const admin = await KafkaAdmin.open(connection);
    const [bounds] = await admin.bounds(topic);
    await admin.close();
    const until = bounds?.end ?? 0;
    const bare = await readBare({ broker, topic, from, until });
    const ours: string[] = [];
    for await (const { value } of readLog(connection, { topic, from: new Map([[0, from]]) }))
      ours.push(String(value));
    const consumed = (await readByGroup(connection, { topic, from, until })).map(({ value }) =>
      String(value),
    );
    return { bare, ours, consumed };
  }

  test('the transaction that began first is aborted last', async () => {
    const topic = `${prefix}overlap`;
    await createTopic(connectionTo(broker), topic);
    const [first, second] = await begin();
    await send(first, topic, 'aborted-1');
    await send(second, topic, 'aborted-2');
    await second?.abort();
    await untilLogEndsAt(topic, 3);
    await send(first, topic, 'aborted-3');
    await first?.abort();
    await untilLogEndsAt(topic, 5);
    await commitOne(topic);

    const { bare, ours, consumed } = await read(topic, 0);
    assert.deepEqual(ours, ['committed']);
    assert.deepEqual(consumed, ['committed']);
    assert.deepEqual(bare, ['aborted-1', 'committed'], 'kafkajs was mended: the guard can go');
  });

  test('reading starts inside of two that are aborted', async () => {
    const topic = `${prefix}inside`;
    await createTopic(connectionTo(broker), topic);
    const [first, second] = await begin();
    await send(first, topic, 'aborted-1');
    await send(second, topic, 'aborted-2');
    await send(second, topic, 'aborted-3');
    await send(first, topic, 'aborted-4');
    await first?.abort();
    await untilLogEndsAt(topic, 5);
    await second?.abort();
    await untilLogEndsAt(topic, 6);
    await commitOne(topic);

    const { bare, ours, consumed } = await read(topic, 2);
    assert.deepEqual(ours, ['committed']);
    assert.deepEqual(consumed, ['committed']);
    assert.deepEqual(bare, ['aborted-3', 'committed'], 'kafkajs was mended: the guard can go');
  });

  test('a key of four zero bytes', async () => {
    const topic = `${prefix}zero-key`;
    await createTopic(connectionTo(broker), topic);
    const aborted = await writers[0]?.transaction();
    await send(aborted, topic, 'aborted-1');
    await send(aborted, topic, 'aborted-2', Buffer.alloc(4));
    await send(aborted, topic, 'aborted-3');
    await aborted?.abort();
    await untilLogEndsAt(topic, 4);
    await commitOne(topic);

    const { bare, ours, consumed } = await read(topic, 0);
    assert.deepEqual(ours, ['committed']);
    assert.deepEqual(consumed, ['committed']);
    assert.ok(bare.includes('aborted-3'), 'kafkajs was mended: the guard can go');
  });
});
