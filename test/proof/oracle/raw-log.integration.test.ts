/** What the oracle takes for the truth, held against Kafka's own tools. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { promisify } from 'node:util';
import { dataFolder } from '@understudy/infra-local';
import kafkajs, { type Transaction } from 'kafkajs';
import { type TestCluster, testCluster } from '../../support/cluster.ts';
import { waitFor } from '../../support/wait-for.ts';
import { committedPosition } from './positions.ts';
import { RawLog } from './raw-log.ts';
import { type RawRecord, visibleRecords } from './visible-records.ts';

const topic = `raw-log-${randomBytes(4).toString('hex')}`;
let cluster: TestCluster;
let kafka: kafkajs.Kafka;
let log: RawLog;

before(async () => {
  cluster = await testCluster();
  kafka = new kafkajs.Kafka({ brokers: cluster.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
  await admin.disconnect();
  log = await RawLog.open(cluster.brokers);
});

after(async () => {
  await log.close();
  await cluster.stop();
});

test('of transactions that overlap, the same records count as for Kafka’s console consumer', async () => {
  const [a, b] = [await transactions('a'), await transactions('b')];
  const [firstA, firstB] = [await a.begin(), await b.begin()];
  await say(firstA, '1');
  await say(firstB, '2');
  await say(firstA, '3');
  await firstB.abort();
  const secondB = await b.begin();
  await say(secondB, '4');
  await firstA.commit();
  const secondA = await a.begin();
  await say(secondA, '5');
  await secondB.commit();
  await say(secondA, '6');
  await secondA.abort();
  await Promise.all([a.end(), b.end()]);

  // The end of a transaction is written after it was confirmed.
  let partition: readonly RawRecord[] = [];
  await waitFor(
    async () => {
      [partition = []] = await log.read(topic);
      return visibleRecords(partition).open.length === 0;
    },
    { what: 'every transaction to have its end in the log', timeoutMs: 10_000 },
  );
  const { records, aborted } = visibleRecords(partition);
  const shown = records.map(
    ({ offset, timestampMs, value }) => `${timestampMs} ${offset} ${value?.toString()}`,
  );
  assert.deepEqual(shown, await consoleConsumer(records.length));
  assert.deepEqual([records.map(({ value }) => value?.toString()).join(''), aborted], ['134', 2]);
});

test('a position is read as it was committed, with its metadata', async () => {
  const groupId = `${topic}-group`;
  const committer = await transactions('committer');
  for (const [offset, end] of [
    ['7', 'commit'],
    ['8', 'abort'],
    ['9', 'commit'],
  ] as const) {
    const transaction = await committer.begin();
    await say(transaction, 'x');
    const partitions = [{ partition: 0, offset, metadata: `{"start":${offset}}` }];
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions }] });
    await transaction[end]();
  }
  await committer.end();

  const positions = (await log.read('__consumer_offsets'))
    .flatMap((partition) => visibleRecords(partition).records)
    .map(committedPosition)
    .filter((position) => position?.group === groupId);
  const at = { group: groupId, topic, partition: 0 };
  assert.deepEqual(positions, [
    { ...at, offset: 7, metadata: '{"start":7}' },
    { ...at, offset: 9, metadata: '{"start":9}' },
  ]);
});

async function say(transaction: Transaction, value: string): Promise<void> {
  await transaction.send({ topic, messages: [{ partition: 0, value }] });
}

async function transactions(name: string): Promise<{ begin(): Promise<Transaction>; end(): Promise<void> }> {
  const producer = kafka.producer({
    transactionalId: `${topic}-${name}`,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 20, retries: 20 },
  });
  await producer.connect();
  return { begin: () => producer.transaction(), end: () => producer.disconnect() };
}

/** `append time, offset, value` of each record that Kafka's own tool shows to those who read committed. */
async function consoleConsumer(atLeast: number): Promise<readonly string[]> {
  const [jars = ''] = globSync(join(dataFolder(), 'dist', '*', 'kafka'));
  const consumer = [
    '-Xmx128m -XX:TieredStopAtLevel=1 -cp',
    join(jars, '*'),
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    `--bootstrap-server ${cluster.brokers.join(',')} --topic ${topic} --from-beginning --timeout-ms 20000`,
    `--isolation-level read_committed --max-messages ${atLeast}`,
    '--formatter-property print.timestamp=true --formatter-property print.offset=true',
  ].flatMap((part) => (part.startsWith('-') ? part.split(' ') : [part]));
  const { stdout } = await promisify(execFile)('java', consumer, { timeout: 60_000 });
  return stdout
    .split('\n')
    .map((line) => /^LogAppendTime:(\d+)\tOffset:(\d+)\t(.*)$/.exec(line)?.slice(1).join(' '))
    .filter((line) => line !== undefined);
}
