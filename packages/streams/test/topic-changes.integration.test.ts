import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import type { Admin } from 'kafkajs';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { KafkaAdmin } from '../src/client/admin.ts';
import type { StreamsError } from '../src/client/errors.ts';
import type { CommitPosition } from '../src/client/transactional-producer.ts';
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
const prefix = freshPrefix('topic-changes');
const logger = createLogger({ service: 'test', level: 'silent' });

/** What an administrator does to a topic while a group reads it. */
suite('a topic that changes under its group', () => {
  let admin: KafkaAdmin;
  let sender: PartitionSender;
  let bare: Admin;

  before(async () => {
    admin = await KafkaAdmin.open(connection);
    sender = new PartitionSender(connection, { maxQueuedRecords: 100, maxQueuedBytes: 10_000 });
    bare = bareKafka([broker]).admin();
    await bare.connect();
  });
  after(async () => {
    await bare.disconnect();
    await sender.close({ graceMs: 1_000 });
    await admin.close();
  });

  const write = (topic: string, ...values: string[]) =>
    Promise.all(
      values.map((value) => sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) })),
    );

  /** A member of the topic's group, whose tasks commit the position of every record that they take. */
  async function join(t: TestContext, topic: string) {
    const taken: string[] = [];
    const over: StreamsError[] = [];
    const group = await TaskGroup.start({
      connection,
      admin,
      groupId: `${topic}-group`,
      logger,
      partitions: 1,
      plan: copartitionedTasks({ reads: [topic], writes: [] }, 1),
      ticker: new Ticker(admin, sender),
      metrics: createTaskMetrics(createMetrics({ service: 'test' })),
      onOver: (error) => void over.push(error),
      openTask: async ({ committed: [before] }) => {
        let position: CommitPosition | null = null;
        return {
          start: new Map([[topic, before?.offset ?? 0]]),
          task: {
            accept: ({ partition, offset, value }) => {
              taken.push(value?.toString() ?? '');
              position = { topic, partition, offset: offset + 1, metadata: '' };
            },
            appetite: () => 'now',
            output: () => {
              const positions = position === null ? [] : [position];
              position = null;
              return positions.length === 0 ? null : { records: [], positions };
            },
            committed() {},
            wantedTicks: () => [],
            close() {},
          },
        };
      },
    });
    t.after(() => group.close());
    return { taken, over, state: () => group.states().get('0') };
  }

  test('made anew, it ends before the position: its task halts, and takes nothing of it', async (t) => {
    const topic = `${prefix}anew`;
    await createTopic(connection, topic);
    const member = await join(t, topic);
    await write(topic, 'a', 'b', 'c', 'd');
    await waitUntil('all is taken', 15_000, () => member.taken.length === 4);
    await bare.deleteTopics({ topics: [topic] });
    await waitUntil('it is gone', 15_000, async () => !(await bare.listTopics()).includes(topic));
    await createTopic(connection, topic);
    await write(topic, 'new');
    await waitUntil('its task halts', 60_000, () => member.state() === 'halted');
    assert.deepEqual(member.taken, ['a', 'b', 'c', 'd']);
    assert.deepEqual(member.over, []);
  });

  test('grown, it is refused by whoever assigns the tasks', async (t) => {
    const topic = `${prefix}grown`;
    await createTopic(connection, topic);
    const first = await join(t, topic);
    await write(topic, 'a');
    await waitUntil('it is taken', 15_000, () => first.taken.length === 1);
    await bare.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    const second = await join(t, topic);
    const errors = (): readonly StreamsError[] => [...first.over, ...second.over];
    await waitUntil('it is refused', 60_000, () => errors().length > 0);
    for (const error of errors()) assert.equal(error.code, 'topic-mismatch');
  });
});
