import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Producer } from 'kafkajs';
import { readLog, type ReadLogOptions } from '../src/client/log-reader.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();

suite('readLog', () => {
  const prefix = freshPrefix('log-reader');
  const topic = `${prefix}topic`;
  const connection = connectionTo(broker);
  let writer: Producer;

  before(async () => {
    await createTopic(connection, topic, 2);
    writer = bareKafka([broker]).producer({ transactionalId: prefix, maxInFlightRequests: 1 });
    await writer.connect();
    for (const [value, end] of [
      ['a', 'commit'],
      ['b', 'abort'],
      ['c', 'commit'],
      ['d', 'abort'],
    ] as const) {
      const transaction = await writer.transaction();
      await transaction.send({
        topic,
        messages: [0, 1].map((partition) => ({ value: `${value}${partition}`, partition })),
      });
      await transaction[end]();
    }
  });
  after(() => writer.disconnect());

  async function read(options: Partial<ReadLogOptions> = {}): Promise<string[]> {
    const values: string[] = [];
    for await (const { value, offset } of readLog(connection, { topic, ...options }))
      values.push(`${String(value)}@${offset}`);
    return values;
  }

  test('ends by itself, though nothing but aborted data and markers is left', async () => {
    assert.deepEqual(await read(), ['a0@0', 'c0@4', 'a1@0', 'c1@4']);
  });

  test('reads ranges', async () => {
    assert.deepEqual(await read({ partitions: [1] }), ['a1@0', 'c1@4']);
    assert.deepEqual(await read({ partitions: [1, 0], from: new Map([[1, 1]]) }), ['c1@4', 'a0@0', 'c0@4']);
    assert.deepEqual(await read({ until: new Map([[0, 4], [1, 0]]) }), ['a0@0']); // prettier-ignore
    assert.deepEqual(await read({ partitions: [0], from: new Map([[0, 8]]) }), []);
  });

  test('stops before a transaction that is open', async () => {
    const open = await writer.transaction();
    await open.send({ topic, messages: [{ value: 'open', partition: 0 }] });
    assert.deepEqual(await read({ partitions: [0] }), ['a0@0', 'c0@4']);
    await open.abort();
  });

  test('may be left early', async () => {
    for await (const { offset } of readLog(connection, { topic })) {
      assert.equal(offset, 0);
      break;
    }
  });
});
