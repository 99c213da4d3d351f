import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { laneName, topicNames } from '@understudy/domain';
import { type Comparison, liveRun, type Run } from '@understudy/schemas-avro';
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
const again = { ...boosted, run: 'again' };
const live = liveRun({ lane: laneName(boosted), start: 0, windowMs: 1 });
const replay: Run = { ...live, lane: laneName(again), kind: 'replay', end: 10 };

function comparison(lane: string, windowStart: number): Comparison {
  const none = { recovery: false, diverging: null, agreeing: null, unkept: null };
  return { lane, windowStart, windowEnd: windowStart + 1, ...none };
}

test('every lane is read once and in order from where it is to begin, a replay until it is over; what is no comparison is counted', async (t) => {
  const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'feed-${randomUUID().slice(0, 8)}.', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
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

  const heard: string[] = [];
  const heardOf = (lane: string): readonly string[] => heard.filter((each) => each.startsWith(lane));
  const feed = new ComparisonFeed({
    ...streams,
    names,
    metrics: createReadingMetrics(metrics),
    logger,
    begin: (lane) => Promise.resolve(new Map(lane === live.lane ? [[0, 1]] : [])),
    onComparison: ({ lane, windowStart }, { offset }) =>
      void heard.push(`${lane} ${windowStart} at ${offset}`),
    onOver: (error) => {
      throw error;
    },
  });
  t.after(() => feed.close());
  feed.follow(live);
  feed.follow(replay); // its topics are made later
  await waitFor(() => heardOf('a').length === 1, { what: 'the feed to catch up', timeoutMs: 30_000 });
  await write(names.comparisons(boosted), encode(comparison('a', 3)));
  await streams.admin.ensureTopics([
    { topic: names.comparisons(again), partitions: 1, replicationFactor: 1, configs: {} },
  ]);
  await write(names.comparisons(again), encode(comparison('b', 1)));
  await waitFor(() => heardOf('a').length === 2 && heardOf('b').length === 1, {
    what: 'what was written later',
    timeoutMs: 60_000,
  });
  await write(names.comparisons(again), encode(comparison('b', 2)));
  feed.follow({ ...replay, state: 'ended' });
  await waitFor(() => heardOf('b').length === 2, { what: 'the end of the replay', timeoutMs: 30_000 });
  assert.deepEqual(heardOf('a'), ['a 2 at 3', 'a 3 at 4']);
  assert.deepEqual(heardOf('b'), ['b 1 at 0', 'b 2 at 1']);
  assert.match(await metrics.text(), /unreadable_records_total\{record="comparison",service="console"\} 1/);

  feed.forget(live.lane);
  await feed.close();
});
