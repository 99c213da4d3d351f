import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Producer } from 'kafkajs';
import { GroupConsumer, type GroupHandlers } from '../src/client/consumer.ts';
import { PartitionAssigners } from '../src/client/kafkajs.ts';
import { closeAfterEach } from './support/close-after-each.ts';
import { KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { waitUntil } from './support/wait-for.ts';
import { createTopic } from './support/topics.ts';

const broker = await testBroker();

suite('GroupConsumer', () => {
  const prefix = freshPrefix('consumer');
  const connection = connectionTo(broker);
  const closeLater = closeAfterEach();
  let writer: Producer;

  before(async () => {
    writer = bareKafka([broker]).producer({ transactionalId: prefix, maxInFlightRequests: 1 });
    await writer.connect();
  });
  after(() => writer.disconnect());

  async function write(topic: string, value: string, end: 'commit' | 'abort', partition = 0): Promise<void> {
    const transaction = await writer.transaction();
    await transaction.send({ topic, messages: [{ value, partition, headers: { h: 'v' } }] });
    await transaction[end]();
  }

  /** A member that remembers what it was told. */
  async function join(topic: string, overrides: Partial<GroupHandlers> = {}, through = connection) {
    const seen = {
      values: [] as string[],
      positions: new Map<number, number>(),
      assigned: [] as { partitions: readonly number[]; generation: number; memberId: string }[],
      heartbeats: [] as number[],
      crashes: [] as { code: string; willRestart: boolean }[],
    };
    const consumer = await GroupConsumer.open(through, {
      groupId: `${topic}-group`,
      topics: [topic],
      assignor: PartitionAssigners.roundRobin,
      heartbeatIntervalMs: 100,
    });
    closeLater(() => consumer.close());
    await consumer.run({
      onBatch(_topic, partition, records, nextOffset) {
        for (const { value } of records) seen.values.push(String(value));
        seen.positions.set(partition, nextOffset);
      },
      onAssigned(assignment, generation, memberId) {
        seen.assigned.push({ partitions: assignment.get(topic) ?? [], generation, memberId });
      },
      onOutOfRange: assert.fail,
      onUnreadable: assert.fail,
      onHeartbeat(generation) {
        seen.heartbeats.push(generation);
      },
      onCrash({ code }, willRestart) {
        seen.crashes.push({ code, willRestart });
      },
      ...overrides,
    });
    return { consumer, ...seen };
  }

  test('positions pass aborted data and markers, also where there is nothing else', async () => {
    const topic = `${prefix}positions`;
    await createTopic(connection, topic);
    await write(topic, 'a', 'commit'); // 0, marker 1
    await write(topic, 'b', 'abort'); // 2, marker 3
    const { values, positions } = await join(topic);
    await waitUntil('it is past the abort', 10_000, () => positions.get(0) === 4);
    await write(topic, 'c', 'abort');
    await waitUntil('it is past another one', 10_000, () => positions.get(0) === 6);
    assert.deepEqual(values, ['a']);
  });

  test('tells the generation with the assignment, and a new one to both when a member joins', async () => {
    const topic = `${prefix}generations`;
    await createTopic(connection, topic, 4);
    const first = await join(topic);
    assert.deepEqual(first.assigned[0]?.partitions, [0, 1, 2, 3]);
    await waitUntil('a heartbeat', 10_000, () => first.heartbeats.length > 0);
    // A slow machine may rejoin on its own: what counts is that both tell the same generations.
    assert.ok(first.assigned.some(({ generation }) => generation === first.heartbeats[0]));
    const before = first.assigned.at(-1);
    assert.ok(before);

    const second = await join(topic);
    const newest = (): [number, number] => [
      first.assigned.at(-1)?.generation ?? 0,
      second.assigned.at(-1)?.generation ?? 0,
    ];
    await waitUntil('both joined a newer generation', 10_000, () => {
      const [ofFirst, ofSecond] = newest();
      return ofFirst > before.generation && ofFirst === ofSecond;
    });
    const now = first.assigned.at(-1);
    assert.ok(now);
    assert.equal(now.memberId, before.memberId);
    const shared = new Set([...now.partitions, ...(second.assigned.at(-1)?.partitions ?? [])]);
    assert.equal(now.partitions.length, 2);
    assert.equal(shared.size, 4);
  });

  test('paused when assigned: nothing comes until it is sought and resumed', async () => {
    const topic = `${prefix}paused`;
    await createTopic(connection, topic, 2);
    for (const value of ['a', 'b', 'c']) await write(topic, value, 'commit');
    await write(topic, 'other', 'commit', 1);
    const values: string[] = [];
    const opened = await GroupConsumer.open(connection, {
      groupId: `${topic}-group`,
      topics: [topic],
      assignor: PartitionAssigners.roundRobin,
    });
    closeLater(() => opened.close());
    await opened.run({
      onBatch: (_topic, _partition, records) => values.push(...records.map(({ value }) => String(value))),
      onAssigned: () => opened.pause([{ topic, partitions: [0] }]),
      onOutOfRange: assert.fail,
      onUnreadable: assert.fail,
      onCrash: assert.fail,
    });
    await waitUntil('the partition that was not paused', 10_000, () => values.length > 0);
    assert.deepEqual(values, ['other']);
    opened.seek(topic, 0, 2);
    opened.resume([{ topic, partitions: [0] }]);
    await waitUntil('all from the position sought', 10_000, () => values.length >= 3);
    assert.deepEqual(values, ['other', 'b', 'c']);
  });

  test('paused in a handler: what was fetched with it of other partitions is not delivered either', async () => {
    const topic = `${prefix}pause-other`;
    await createTopic(connection, topic, 2);
    for (const partition of [0, 1]) await write(topic, `of ${partition}`, 'commit', partition);
    const values: string[] = [];
    const { consumer, heartbeats } = await join(topic, {
      onBatch: (_topic, partition, records) => {
        values.push(...records.map(({ value }) => String(value)));
        if (values.length === 1) consumer.pause([{ topic, partitions: [1 - partition] }]);
      },
    });
    await waitUntil('the first', 10_000, () => values.length > 0);
    const beats = heartbeats.length;
    await waitUntil('some fetches later', 10_000, () => heartbeats.length > beats + 2);
    assert.equal(values.length, 1);
    consumer.resume([{ topic, partitions: [0, 1] }]);
    await waitUntil('the other', 10_000, () => values.length > 1);
    assert.deepEqual(new Set(values), new Set(['of 0', 'of 1']));
  });

  test('paused in a handler: the rest comes after the resume, nothing is lost or doubled', async () => {
    const topic = `${prefix}flow`;
    await createTopic(connection, topic);
    const values: string[] = [];
    const { consumer } = await join(topic, {
      onBatch: (_topic, _partition, records) => {
        values.push(...records.map(({ value }) => String(value)));
        if (values.length === 1) consumer.pause([{ topic, partitions: [0] }]);
      },
    });
    await write(topic, '0', 'commit');
    await waitUntil('the first', 10_000, () => values.length === 1);
    for (let count = 1; count < 20; count += 1) await write(topic, String(count), 'commit');
    assert.deepEqual(values, ['0']);
    consumer.resume([{ topic, partitions: [0] }]);
    await waitUntil('the rest', 10_000, () => values.length >= 20);
    assert.deepEqual(
      values,
      Array.from({ length: 20 }, (_, index) => String(index)),
    );
  });

  test('a handler that throws ends the consumer, says so, and skips nothing in silence', async () => {
    const topic = `${prefix}throws`;
    await createTopic(connection, topic);
    await write(topic, 'a', 'commit');
    const { crashes } = await join(topic, {
      onBatch: () => {
        throw new Error('a mistake');
      },
    });
    await waitUntil('it says so', 10_000, () => crashes.length > 0);
    assert.deepEqual(crashes, [{ code: 'handler-failed', willRestart: false }]);
  });

  test('connections that break or fall silent are replaced without a crash; every record comes once', async () => {
    const topic = `${prefix}breaks`;
    await createTopic(connection, topic);
    const proxy = await KafkaProxy.start(broker);
    closeLater(() => proxy.close());
    const through = { ...connectionTo(broker, proxy.socketFactory), requestTimeoutMs: 1000 };
    const { values, crashes } = await join(topic, {}, through);
    await write(topic, 'a', 'commit');
    await waitUntil('the first', 10_000, () => values.length === 1);
    proxy.cut();
    await write(topic, 'b', 'commit');
    await waitUntil('the one after the break', 15_000, () => values.length === 2);
    proxy.freeze();
    await write(topic, 'c', 'commit');
    await waitUntil('the one after the silence', 15_000, () => values.length === 3);
    assert.deepEqual(values, ['a', 'b', 'c']);
    assert.deepEqual(crashes, []);
  });

  test('positions are numbers of the log; others are refused', async () => {
    const topic = `${prefix}seek`;
    await createTopic(connection, topic);
    const { consumer } = await join(topic);
    for (const offset of [-1, 0.5, Number.NaN]) {
      assert.throws(() => consumer.seek(topic, 0, offset), { code: 'offset-out-of-range' });
    }
  });
});
