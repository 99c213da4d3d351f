import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Producer } from 'kafkajs';
import { KafkaLogLookup, recordAt } from '../src/client/log-lookup.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();

suite('looking up a log', () => {
  const topic = `${freshPrefix('log-lookup')}topic`;
  const connection = connectionTo(broker);
  let writer: Producer;
  let lookup: KafkaLogLookup;

  before(async () => {
    await createTopic(connection, topic, 2);
    writer = bareKafka([broker]).producer({ transactionalId: topic, maxInFlightRequests: 1 });
    await writer.connect();
    lookup = new KafkaLogLookup(connection);
    // a@0, marker, b@2 (aborted), marker, c@4, marker: the end is 6.
    for (const [value, end] of [
      ['a', 'commit'],
      ['b', 'abort'],
      ['c', 'commit'],
    ] as const) {
      const transaction = await writer.transaction();
      await transaction.send({ topic, messages: [{ value, partition: 1 }] });
      await transaction[end]();
    }
  });
  after(async () => {
    await lookup.close();
    await writer.disconnect();
  });

  async function at(offset: number): Promise<string | null> {
    return String((await recordAt(lookup, { topic, partition: 1, offset }))?.value ?? null);
  }

  test('finds what is committed by its offset, and nothing else', async () => {
    for (let times = 0; times < 2; times += 1) {
      assert.deepEqual(await Promise.all([0, 1, 2, 4, 5].map(at)), ['a', 'null', 'null', 'c', 'null']);
    }
  });

  test('reads on to the end, where there is nothing', async () => {
    const values: string[] = [];
    let offset = 0;
    for (let next = -1; next !== offset;) {
      const found = await lookup.read(topic, 1, offset);
      assert.ok(found);
      values.push(...found.records.map(({ value }) => String(value)));
      next = offset;
      offset = found.nextOffset;
    }
    assert.deepEqual([values, offset], [['a', 'c'], 6]);
    assert.deepEqual(await lookup.read(topic, 0, 0), { records: [], nextOffset: 0 });
  });

  test('finds offsets by time; later than everything is the end', async () => {
    const first = await recordAt(lookup, { topic, partition: 1, offset: 0 });
    assert.equal(await lookup.offsetAtTime(topic, 1, (first?.timestampMs ?? 0) - 1_000), 0);
    assert.equal(await lookup.offsetAtTime(topic, 1, Date.now() + 60_000), 6);
  });

  test('what was deleted is null, and the log begins after it', async () => {
    const admin = bareKafka([broker]).admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic); // it deletes only where it knows the leader
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '4' }] });
    await admin.disconnect();
    const anew = new KafkaLogLookup(connection);
    assert.equal(await anew.start(topic, 1), 4);
    assert.equal(await anew.read(topic, 1, 0), null);
    assert.equal(String((await recordAt(anew, { topic, partition: 1, offset: 4 }))?.value), 'c');
    await anew.close();
  });
});
