import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { KafkaAdmin } from '../src/client/admin.ts';
import { PartitionSender } from '../src/client/sender.ts';
import { TaskGroup } from '../src/tasks/task-group.ts';
import { createTaskMetrics } from '../src/tasks/task-metrics.ts';
import { copartitionedTasks } from '../src/tasks/task-plan.ts';
import { Ticker } from '../src/tasks/ticker.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();
const connection = connectionTo(broker);
const prefix = freshPrefix('clock-ahead');
const topic = `${prefix}requests`;
const aheadMs = 600_000;

/**
 * A topic without LogAppendTime stands for a broker whose clock is wrong.
 *
 * partition 0   a (now)   b (in ten minutes)   c (now)     halts at b
 * partition 1   d (now)                        e (now)     goes on
 */
suite('a record from a time that has not come', () => {
  let admin: KafkaAdmin;
  let sender: PartitionSender;

  before(async () => {
    await createTopic(connection, topic, 2);
    admin = await KafkaAdmin.open(connection);
    sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
  });
  after(async () => {
    await sender.close({ graceMs: 1_000 });
    await admin.close();
  });

  test('halts its partition before it is taken, and no other', async (t) => {
    const taken: string[] = [];
    const group = await TaskGroup.start({
      connection,
      admin,
      groupId: `${prefix}group`,
      logger: createLogger({ service: 'test', level: 'silent' }),
      partitions: 2,
      plan: copartitionedTasks({ reads: [topic], writes: [] }, 2),
      ticker: new Ticker(admin, sender),
      metrics: createTaskMetrics(createMetrics({ service: 'test' })),
      onOver: assert.fail,
      openTask: async () => ({
        start: new Map([[topic, 0]]),
        task: {
          accept: ({ value }) => void taken.push(value?.toString() ?? ''),
          appetite: () => 'now',
          output: () => null,
          committed() {},
          wantedTicks: () => [],
          close() {},
        },
      }),
    });
    t.after(() => group.close());

    const producer = bareKafka([broker]).producer();
    await producer.connect();
    const write = (partition: number, value: string, laterMs = 0) =>
      producer.send({
        topic,
        messages: [{ partition, value, timestamp: String(Date.now() + laterMs) }],
      });
    await write(0, 'a');
    await write(0, 'b', aheadMs);
    await write(0, 'c');
    await write(1, 'd');
    await waitUntil('it halts', 15_000, () => group.states().get('0') === 'halted');
    await write(1, 'e');
    await producer.disconnect();
    await waitUntil('the other goes on', 15_000, () => taken.includes('e'));
    assert.deepEqual(taken.toSorted(), ['a', 'd', 'e']);
    assert.equal(group.states().get('1'), 'running');
  });
});
