import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import type { Producer } from 'kafkajs';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { KafkaAdmin } from '../src/client/admin.ts';
import type { IncomingRecord } from '../src/client/records.ts';
import { PartitionSender } from '../src/client/sender.ts';
import type { CommitPosition } from '../src/client/transactional-producer.ts';
import { TaskGroup } from '../src/tasks/task-group.ts';
import { createTaskMetrics } from '../src/tasks/task-metrics.ts';
import { copartitionedTasks } from '../src/tasks/task-plan.ts';
import { Ticker } from '../src/tasks/ticker.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, logEnd } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();
const connection = connectionTo(broker);
const prefix = freshPrefix('quiet-input');
const groupId = `${prefix}group`;
const quiet = `${prefix}quiet`;
const busy = `${prefix}busy`;
const logger = createLogger({ service: 'test', level: 'silent' });

/**
 * An input that transactions write to ends with what no record comes of: their markers, and what was given up. When
 * nothing else is written to it for as long as it is kept, all of it is deleted, and the position behind the last
 * record is no longer in the log, though nothing was missed: a retry topic of a shadow that is well.
 */
suite('an input that is quiet for longer than its records are kept', () => {
  let admin: KafkaAdmin;
  let sender: PartitionSender;
  let writer: Producer;

  before(async () => {
    await createTopic(connection, quiet);
    await createTopic(connection, busy);
    admin = await KafkaAdmin.open(connection);
    sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
    writer = bareKafka([broker]).producer({ transactionalId: `${prefix}writer`, maxInFlightRequests: 1 });
    await writer.connect();
  });
  after(async () => {
    await writer.disconnect();
    await sender.close({ graceMs: 1_000 });
    await admin.close();
  });

  const write = async (end: 'commit' | 'abort'): Promise<void> => {
    const transaction = await writer.transaction();
    await transaction.send({ topic: quiet, messages: [{ value: end, partition: 0 }] });
    await transaction[end]();
  };
  const writeBusy = () => sender.send({ topic: busy, partition: 0, key: null, value: Buffer.from('busy') });
  const committed = async (topic: string): Promise<number | null> =>
    (await admin.committed(groupId, [topic], [0]))[0]?.offset ?? null;

  /** Runs the group's one task, which commits the position of every record that it takes. */
  async function start(t: TestContext): Promise<{ group: TaskGroup; taken: string[] }> {
    const taken: string[] = [];
    const group = await TaskGroup.start({
      connection,
      admin,
      groupId,
      logger,
      partitions: 1,
      plan: copartitionedTasks({ reads: [quiet, busy], writes: [] }, 1),
      ticker: new Ticker(admin, sender),
      metrics: createTaskMetrics(createMetrics({ service: 'test' })),
      onOver: assert.fail,
      openTask: async ({ committed: before }) => {
        const positions: CommitPosition[] = [];
        const accept = ({ topic, partition, offset, value }: IncomingRecord): void => {
          taken.push(value?.toString() ?? '');
          positions.push({ topic, partition, offset: offset + 1, metadata: topic });
        };
        const output = () => {
          const newest = new Map(positions.splice(0).map((position) => [position.topic, position]));
          return newest.size === 0 ? null : { records: [], positions: [...newest.values()] };
        };
        const start = new Map(before.map(({ topic, offset }) => [topic, offset ?? 0]));
        const appetite = () => 'now' as const;
        const task = { accept, appetite, output, committed() {}, wantedTicks: () => [], close() {} };
        return { task, start };
      },
    });
    t.after(() => group.close());
    return { group, taken };
  }

  test('is gone on with where it ends', async (t) => {
    const first = await start(t);
    await write('commit');
    await waitUntil('the record is taken', 15_000, () => first.taken.includes('commit'));
    await write('abort');
    const end = await waitUntil('both markers are in the log', 5_000, async () => {
      const found = await logEnd(connection, quiet);
      return found === 4 ? found : null;
    });
    await waitUntil('its position is behind the markers', 10_000, async () => {
      await writeBusy();
      return (await committed(quiet)) === end;
    });
    await first.group.close();

    const bare = bareKafka([broker]).admin();
    await bare.connect();
    await bare.fetchTopicOffsets(quiet); // it deletes only where it knows the leader
    await bare.deleteTopicRecords({ topic: quiet, partitions: [{ partition: 0, offset: String(end) }] });
    await bare.disconnect();
    const second = await start(t);
    await write('commit');
    await waitUntil('a new record is taken', 15_000, () => second.taken.includes('commit'));
  });
});
