import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, suite, test, type TestContext } from 'node:test';
import type { ISocketFactory } from 'kafkajs';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { KafkaAdmin } from '../src/client/admin.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { TaskGroup } from '../src/tasks/task-group.ts';
import { createTaskMetrics } from '../src/tasks/task-metrics.ts';
import { copartitionedTasks } from '../src/tasks/task-plan.ts';
import { Ticker } from '../src/tasks/ticker.ts';
import { connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();
const connection = connectionTo(broker);
const prefix = freshPrefix('paused-input');
const topic = `${prefix}topic`;
const partitions = 2;
/** Three fetches of 4 MiB. */
const recordCount = 12_000;
const recordBytes = 1_000;
/** A fetch holds several times as much of each partition. */
const limits = { maxRecords: 200, maxBytes: 4 * 1024 * 1024, leastBytes: 64 * 1024 };

/** The group's own fetches are the only ones through these sockets, and hold all that they receive. */
function countingSockets(): { factory: ISocketFactory; receivedBytes: () => number } {
  let received = 0;
  const factory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    socket.on('data', (chunk: Buffer) => (received += chunk.length));
    return socket;
  };
  return { factory, receivedBytes: () => received };
}

suite('an input that runs ahead of its task', () => {
  let admin: KafkaAdmin;
  let sender: PartitionSender;

  before(async () => {
    await createTopic(connection, topic, partitions);
    admin = await KafkaAdmin.open(connection);
    sender = new PartitionSender(connection, { maxQueuedRecords: 20_000, maxQueuedBytes: 64 * 1024 * 1024 });
    const value = Buffer.alloc(recordBytes, 'x');
    await Promise.all(
      Array.from({ length: recordCount }, (_, n) =>
        sender.send({ topic, partition: n % partitions, key: null, value }),
      ),
    );
  });
  after(async () => {
    await sender.close({ graceMs: 1_000 });
    await admin.close();
  });

  /** A task that takes records when it is let, and is given each once. */
  async function start(t: TestContext, through: ISocketFactory) {
    const taken = new Set<string>();
    let isHungry = false;
    const group = await TaskGroup.start({
      connection: connectionTo(broker, through),
      admin,
      groupId: `${prefix}group`,
      logger: createLogger({ service: 'test', level: 'silent' }),
      partitions,
      plan: copartitionedTasks({ reads: [topic], writes: [] }, partitions),
      ticker: new Ticker(admin, sender),
      metrics: createTaskMetrics(createMetrics({ service: 'test' })),
      limits,
      onOver: assert.fail,
      openTask: async () => ({
        start: new Map([[topic, 0]]),
        task: {
          /** Busy with one record while the consumer goes on fetching. */
          accept: async ({ partition, offset }) => {
            await new Promise((resolve) => setImmediate(resolve));
            const place = `${partition}@${offset}`;
            assert.equal(taken.has(place), false, place);
            taken.add(place);
          },
          appetite: () => (isHungry ? 'now' : 'later'),
          output: () => null,
          committed() {},
          wantedTicks: () => [],
          close() {},
        },
      }),
    });
    t.after(() => group.close());
    return { taken, feed: () => (isHungry = true) };
  }

  test('waits for it in the log, and is fetched once', async (t) => {
    const { factory, receivedBytes } = countingSockets();
    const { taken, feed } = await start(t, factory);
    const waiting = recordBytes * limits.maxRecords;
    await waitUntil('records wait for the task', 15_000, () => receivedBytes() > waiting);
    assert.ok(receivedBytes() < recordCount * recordBytes, `${receivedBytes()} bytes were fetched ahead`);
    feed();
    await waitUntil('all records are taken', 30_000, () => taken.size === recordCount);
    const received = receivedBytes();
    const written = recordCount * recordBytes;
    assert.ok(received < 1.1 * written, `${received} bytes were received of ${written}`);
  });
});
