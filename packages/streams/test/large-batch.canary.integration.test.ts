import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeOneBatchByKcat } from './support/foreign-producers.ts';
import { connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { readBare } from './support/read-bare.ts';
import { readByGroup } from './support/read-by-group.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();
const records = 150_000;

/** H19: one batch of very many records ends a consumer of bare kafkajs for good. */
test('one batch of 150,000 records: bare kafkajs ends, ours read it', async () => {
  const connection = connectionTo(broker);
  const topic = `${freshPrefix('large-batch')}topic`;
  await createTopic(connection, topic);
  await writeOneBatchByKcat({
    broker,
    topic,
    codec: 'gzip',
    lines: Array.from({ length: records }, () => 'x'),
  });

  await assert.rejects(
    readBare({ broker, topic, from: 0, until: records }),
    /Maximum call stack/,
    'kafkajs was mended: batches can be left to it',
  );
  assert.equal((await valuesIn(connection, topic)).length, records);
  assert.equal((await readByGroup(connection, { topic, from: 0, until: records })).length, records);
});
