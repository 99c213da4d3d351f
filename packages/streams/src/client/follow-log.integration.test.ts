import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { KafkaProxy } from '../../../../test/support/kafka-proxy.ts';
import { connectionTo, freshPrefix, testBroker } from '../../test/support/kafka.ts';
import { waitUntil } from '../../test/support/wait-for.ts';
import { createTopic } from '../../test/support/topics.ts';
import type { KafkaConnection } from './connection.ts';
import { followLog, type FollowLogOptions } from './follow-log.ts';
import { readLog } from './log-reader.ts';
import { TransactionalProducer } from './transactional-producer.ts';

const limitMs = 20_000;
const broker = await testBroker();

suite('following a log', () => {
  const prefix = freshPrefix('follow-log');

  async function makeTopic(name: string, partitions: number): Promise<string> {
    const topic = `${prefix}${name}`;
    await createTopic(connectionTo(broker), topic, partitions);
    return topic;
  }

  /** Writes values 0 … count-1 to each partition, in transactions of at most 100 records. */
  async function write(topic: string, partitions: number, { from = 0, count = 1 }): Promise<void> {
    const producer = await TransactionalProducer.open(connectionTo(broker), {
      transactionalId: `${topic}.writer`,
      writes: Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    });
    for (let start = from; start < from + count; start += 100) {
      const numbers = Array.from({ length: Math.min(100, from + count - start) }, (_, i) => start + i);
      const records = numbers.flatMap((n) =>
        Array.from({ length: partitions }, (_, partition) => {
          return { topic, partition, key: null, value: Buffer.from(String(n)) };
        }),
      );
      await producer.commit({ records });
    }
    await producer.close();
  }

  /** Collects what is followed, by partition, until the test is over. `take` is awaited after each record. */
  function collect(
    context: TestContext,
    connection: KafkaConnection,
    options: Omit<FollowLogOptions, 'signal'> & { readonly take?: () => Promise<void> },
  ): { readonly values: Map<number, number[]>; readonly done: Promise<void>; stop(): Promise<void> } {
    const { take, ...following } = options;
    const controller = new AbortController();
    const values = new Map<number, number[]>();
    const done = (async () => {
      for await (const record of followLog(connection, { ...following, signal: controller.signal })) {
        values.set(record.partition, [...(values.get(record.partition) ?? []), Number(record.value)]);
        await take?.();
      }
    })();
    done.catch(() => {}); // seen by whoever awaits it
    const stop = (): Promise<void> => {
      controller.abort();
      return done;
    };
    context.after(stop);
    return { values, done, stop };
  }

  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  const all = (partitions: number, count: number): Map<number, number[]> =>
    new Map(upTo(partitions).map((partition) => [partition, upTo(count)]));
  const sorted = (values: Map<number, number[]>): Map<number, number[]> =>
    new Map([...values].toSorted(([a], [b]) => a - b));
  const size = (values: Map<number, number[]>): number => [...values.values()].flat().length;

  test('what is there comes first, then what is written, until the signal', async (context) => {
    const topic = await makeTopic('live', 3);
    await write(topic, 3, { count: 250 });
    let seenAtCatchUp = -1;
    const onCaughtUp = (): void => {
      assert.equal(seenAtCatchUp, -1, 'called once');
      seenAtCatchUp = size(following.values);
    };
    const following = collect(context, connectionTo(broker), { topic, onCaughtUp });
    await waitUntil('it has caught up', limitMs, () => seenAtCatchUp >= 0);
    assert.equal(seenAtCatchUp, 750);

    await write(topic, 3, { from: 250, count: 50 });
    await waitUntil('all has come', limitMs, () => size(following.values) >= 900);
    assert.deepEqual(sorted(following.values), all(3, 300));
    const startedMs = performance.now();
    await following.stop();
    assert.ok(performance.now() - startedMs < 5000);
  });

  test('an empty topic is caught up with at once', async (context) => {
    const topic = await makeTopic('empty', 2);
    let isCaughtUp = false;
    collect(context, connectionTo(broker), {
      topic,
      onCaughtUp: () => {
        isCaughtUp = true;
      },
    });
    await waitUntil('it has caught up', limitMs, () => isCaughtUp);
  });

  test('what lies before the offsets that it is to begin from is passed over', async (context) => {
    const topic = await makeTopic('from', 2);
    await write(topic, 2, { count: 100 });
    const ends: number[] = [];
    for await (const { partition, offset } of readLog(connectionTo(broker), { topic }))
      ends[partition] = offset + 1;
    let isCaughtUp = false;
    const onCaughtUp = (): void => {
      isCaughtUp = true;
    };
    const from = new Map([
      [0, 40],
      [1, (ends[1] ?? 0) + 1], // the end of the log, past the marker of the transaction
    ]);
    const following = collect(context, connectionTo(broker), { topic, from, onCaughtUp });
    await waitUntil('it has caught up', limitMs, () => isCaughtUp);
    assert.deepEqual(following.values, new Map([[0, upTo(100).slice(40)]]));
    await write(topic, 2, { from: 100, count: 1 });
    await waitUntil('all has come', limitMs, () => size(following.values) >= 62);
    assert.deepEqual(following.values.get(1), [100]);
  });

  test('who takes slowly is waited for, and gets all of it', async (context) => {
    const topic = await makeTopic('slow', 2);
    await write(topic, 2, { count: 3000 });
    let taken = 0;
    const following = collect(context, connectionTo(broker), {
      topic,
      take: async () => {
        taken += 1;
        // Gives the client many chances to fetch too much.
        if (taken % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await waitUntil('all has come', limitMs, () => size(following.values) >= 6000);
    assert.deepEqual(sorted(following.values), all(2, 3000));
  });

  test('broken connections neither lose nor repeat a record', async (context) => {
    const topic = await makeTopic('cut', 2);
    const proxy = await KafkaProxy.start(broker);
    context.after(() => proxy.close());
    const following = collect(context, connectionTo(broker, proxy.socketFactory), { topic });
    for (let round = 0; round < 5; round += 1) {
      await write(topic, 2, { from: round * 200, count: 200 });
      proxy.refuse(false);
      await waitUntil('some has come', limitMs, () => size(following.values) > round * 400);
      proxy.refuse(true);
      proxy.cut();
    }
    proxy.refuse(false);
    await waitUntil('all has come', limitMs, () => size(following.values) >= 2000);
    assert.deepEqual(sorted(following.values), all(2, 1000));
  });
});
