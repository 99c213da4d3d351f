import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createLogger } from '@understudy/telemetry';
import { connectionTo, freshPrefix, testBroker } from '../../../test/support/kafka.ts';
import { createTopic } from '../../../test/support/topics.ts';
import { KafkaAdmin } from '../../client/admin.ts';
import { TransactionalProducer } from '../../client/transactional-producer.ts';
import { encodeState } from '../../tasks/committed-state.ts';
import { copartitionedTasks } from '../../tasks/task-plan.ts';
import { settleReset, type SettleResetOptions } from './settle-reset.ts';

const connection = connectionTo(await testBroker());
const admin = await KafkaAdmin.open(connection);
after(() => admin.close());
const prefix = freshPrefix('settle-reset');
const topic = `${prefix}in`;
const partitions = 3;
await createTopic(connection, topic, partitions);
const plan = copartitionedTasks({ reads: [topic], writes: [] }, partitions);
const logger = createLogger({ service: 'test', level: 'silent' });

/** Kafka's tool leaves an offset without metadata, and so do these tests; the tool itself: see test/e2e. */
suite('a reset of offsets', () => {
  const optionsFor = (groupId: string, numbers: number[]): SettleResetOptions => ({
    connection,
    admin,
    groupId,
    plan,
    committedTopics: new Set([topic]),
    writes: [],
    goOn: ({ number }) => {
      numbers.push(number);
      const metadata = encodeState({ number });
      const positions = plan.map((_, partition) => ({ topic, partition, offset: 5, metadata }));
      return Promise.resolve({ records: [], positions });
    },
    logger,
  });

  const ownerOf = (groupId: string, task: number): Promise<TransactionalProducer> =>
    TransactionalProducer.open(connection, {
      transactionalId: `${groupId}.${task}`,
      writes: [],
      groups: [groupId],
    });

  const commit = (
    owner: TransactionalProducer,
    groupId: string,
    at: { partition: number; metadata: string },
  ) => owner.commit({ records: [], offsets: { groupId, positions: [{ topic, offset: 9, ...at }] } });

  test('is none where tasks have committed, and nobody is shut out', async () => {
    const groupId = `${prefix}none`;
    const owner = await ownerOf(groupId, 0);
    await commit(owner, groupId, { partition: 0, metadata: encodeState({}) });
    assert.equal(await settleReset(optionsFor(groupId, [])), false);
    await commit(owner, groupId, { partition: 0, metadata: encodeState({}) });
    await owner.close();
  });

  test('is carried out once for all tasks, and a frozen owner can not undo it', async () => {
    const groupId = `${prefix}one`;
    const frozen = await ownerOf(groupId, 1);
    await commit(frozen, groupId, { partition: 1, metadata: '' });
    const numbers: number[] = [];
    const results = await Promise.all([1, 2].map(() => settleReset(optionsFor(groupId, numbers))));
    assert.equal(results.filter(Boolean).length, 1);
    const committed = await admin.committed(groupId, [topic], [0, 1, 2]);
    assert.deepEqual(
      committed.map(({ offset, metadata }) => ({ offset, metadata })),
      plan.map(() => ({ offset: 5, metadata: encodeState({ number: numbers.at(-1) }) })),
    );
    await assert.rejects(commit(frozen, groupId, { partition: 1, metadata: '' }), { code: 'fenced' });
    await frozen.close();
  });

  test('is counted, and the count outlives the metadata of all offsets', async () => {
    const groupId = `${prefix}many`;
    const numbers: number[] = [];
    for (let time = 1; time <= 2; time += 1) {
      const owner = await ownerOf(groupId, 0);
      for (let partition = 0; partition < partitions; partition += 1)
        await commit(owner, groupId, { partition, metadata: '' });
      await owner.close();
      assert.equal(await settleReset(optionsFor(groupId, numbers)), true);
    }
    assert.deepEqual(numbers, [1, 2]);
  });
});
