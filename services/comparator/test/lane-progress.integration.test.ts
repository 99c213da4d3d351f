/** Who is behind, read from what a lane's groups have committed in a real Kafka. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test, type TestContext } from 'node:test';
import { parseConfig } from '@understudy/config';
import { topicNames, windowStart } from '@understudy/domain';
import {
  constantTimeline,
  encodeState,
  firstRevision,
  invokerGroupId,
  openStreams,
  partitionOf,
  PartitionSender,
  setUpLanes,
  TransactionalProducer,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { laneProgress } from '../src/alerts/stalled/lane-progress.ts';
import { comparatorLane } from '../src/comparator-lane.ts';
import { LaneTime } from '../src/lane-time.ts';

const windowMs = 60_000;
let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

async function start(t: TestContext) {
  const prefix = `progress-${randomUUID().slice(0, 8)}.`;
  const experiment = {
    name: 'quotes',
    route: { path: '/' },
    production: { url: 'http://127.0.0.1:9' },
    window: '60s',
    shadows: [{ name: 'heavy', url: 'http://127.0.0.1:9' }],
    comparison: { kind: 'json' },
  };
  const kafka = { brokers: cluster.brokers, prefix, partitions: 2 };
  const text = JSON.stringify({ kafka, registry: { url: cluster.registryUrl }, experiments: [experiment] });
  const config = parseConfig({ text, file: 'understudy.yaml', env: {} });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
  t.after(() => sender.close({ graceMs: 1_000 }).then(() => streams.close()));
  const [found] = await setUpLanes({ config, ...streams });
  assert.ok(found);
  // As if the run had begun an hour ago.
  const runStart = found.run.start - 60 * windowMs;
  const timeline = constantTimeline(firstRevision(found.experiment));
  const ready = { ...found, timeline, run: { ...found.run, start: runStart } };
  const lane = comparatorLane({
    ready,
    names: topicNames(prefix),
    prefix,
    partitions: 2,
    codecs: streams.registry,
  });
  const time = new LaneTime(runStart);

  async function commit(groupId: string, offset: number, metadata: string): Promise<void> {
    const producer = await TransactionalProducer.open(streams.connection, {
      transactionalId: `${groupId}.0`,
      writes: [],
      groups: [groupId],
    });
    const positions = [{ topic: lane.topics.requests, partition: 0, offset, metadata }];
    await producer.commit({ records: [], offsets: { groupId, positions } });
    await producer.close();
  }

  return {
    runStart,
    time,
    request: () =>
      sender.send({ topic: lane.topics.requests, partition: 0, key: null, value: Buffer.from('?') }),
    invoker: (offset: number, written: number) =>
      commit(invokerGroupId(prefix, ready), offset, encodeState({ clock: written, written })),
    join: (offset: number, metadata: string) => commit(lane.groupId, offset, metadata),
    /** `stage/partition` of those behind, and by how many windows after the run's start they stand. */
    behind: async (): Promise<readonly string[]> => {
      const { stages } = await laneProgress({ admin: streams.admin, lane, time });
      return stages
        .filter(({ isBehind }) => isBehind)
        .map(({ stage, partition, window }) => {
          const windows = (window - runStart) / windowMs;
          return `${stage}/${partition} ${windows < 0 ? '' : '+'}${windows}`;
        });
    },
    lag: async () =>
      (await laneProgress({ admin: streams.admin, lane, time })).lags.map(({ records }) => records),
  };
}

test('who has something to do, from the first request to the merged window', async (t) => {
  const lane = await start(t);
  assert.deepEqual(await lane.behind(), [], 'nobody has asked anything');

  await lane.request();
  // A window ahead, so that no end of a window comes in between.
  const frontier = Date.now() + windowMs;
  assert.deepEqual(
    await lane.behind(),
    ['invoker/0 +0'],
    'a request of a later window waits for the invoker',
  );
  assert.deepEqual(await lane.lag(), [1, 1, 0, 0]);

  await lane.invoker(0, lane.runStart + 2 * windowMs);
  assert.deepEqual(
    await lane.behind(),
    ['invoker/0 +2', 'join/0 +0'],
    'two windows further, both have to go on',
  );

  await lane.invoker(1, frontier);
  assert.deepEqual(await lane.behind(), ['join/0 +0'], 'all requests are taken');

  await lane.join(1, encodeState({ start: windowStart(frontier, windowMs) }));
  assert.deepEqual(
    await lane.behind(),
    [],
    'the other partition has closed nothing, so there is nothing to merge',
  );

  await lane.request();
  assert.deepEqual(await lane.lag(), [1, 1, 0, 0]);
  assert.deepEqual(
    await lane.behind(),
    [],
    'a request in the open window makes nobody late, however long it waits',
  );

  await lane.join(1, '');
  assert.deepEqual(await lane.behind(), ['join/0 +0'], 'a task that can not read its state stands');
});

test('the merge is behind when all partitions have passed its window', async (t) => {
  const lane = await start(t);
  await lane.invoker(0, lane.runStart + 3 * windowMs);
  await lane.join(0, encodeState({ start: lane.runStart + 3 * windowMs }));
  lane.time.set(lane.runStart - windowMs);
  assert.deepEqual(await lane.behind(), [`merge/${partitionOf('quotes.heavy.live', 2)} -1`]);
  lane.time.set(lane.runStart);
  assert.deepEqual(await lane.behind(), []);
});
