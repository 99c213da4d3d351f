import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { Comparison } from '@understudy/schemas-avro';
import { openStreams, PartitionSender, setUpTopics } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { ComparisonFeed } from './comparison-feed.ts';
import { createReadingMetrics } from './reading-metrics.ts';

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

const boosted = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const repaired = { experiment: 'mortgage', shadow: 'repaired', run: 'live' };

function comparison(lane: string, windowStart: number): Comparison {
  const none = { recovery: false, diverging: null, agreeing: null, unkept: null };
  return { lane, windowStart, windowEnd: windowStart + 1, ...none };
}

test('every listener hears of every lane, once and in order; what is no comparison is counted', async (t) => {
  const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'feed-${randomUUID().slice(0, 8)}.', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }, { name: repaired, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`;
  const config = parseConfig({ text, file: 'test.yaml', env: {} });
  const logger = createLogger({ service: 'console', level: 'fatal' });
  const metrics = createMetrics({ service: 'console' });
  const streams = await openStreams({ config, service: 'console', logger, metrics });
  t.after(() => streams.close());
  await setUpTopics({ config, ...streams });

  const names = topicNames(config.kafka.prefix);
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
  t.after(() => sender.close({ graceMs: 0 }));
  const write = async (topic: string, value: Buffer | null): Promise<void> => {
    await sender.send({ topic, partition: 0, key: null, value });
  };
  const encode = streams.registry.encoder('comparison', names.comparisons(boosted));
  await write(names.comparisons(boosted), encode(comparison('a', 1)));
  await write(names.comparisons(boosted), Buffer.from('no comparison'));
  await write(names.comparisons(boosted), null);
  await write(names.comparisons(boosted), encode(comparison('a', 2)));
  await write(names.comparisons(repaired), encode(comparison('b', 1)));

  const feed = new ComparisonFeed({
    ...streams,
    topics: new Map([boosted, repaired].map((lane) => [lane.shadow, names.comparisons(lane)])),
    metrics: createReadingMetrics(metrics),
    logger,
    onOver: (error) => {
      throw error;
    },
  });
  t.after(() => feed.close());
  const heard: [string[], string[]] = [[], []];
  for (const of of heard) {
    feed.listen(({ lane, windowStart }, { offset }) => of.push(`${lane} ${windowStart} at ${offset}`));
  }
  assert.equal(feed.ready().ok, false);
  feed.start();
  await waitFor(() => feed.ready().ok, { what: 'the feed to catch up', timeoutMs: 30_000 });
  await write(names.comparisons(boosted), encode(comparison('a', 3)));
  await waitFor(() => heard[0].length === 4, { what: 'what was written later', timeoutMs: 30_000 });
  assert.deepEqual(
    heard[0].filter((each) => each.startsWith('a')),
    ['a 1 at 0', 'a 2 at 3', 'a 3 at 4'],
  );
  assert.deepEqual(heard[0].toSorted(), heard[1].toSorted());
  assert.match(await metrics.text(), /unreadable_records_total\{record="comparison",service="console"\} 1/);
});
