/** Revisions in a real Kafka: recorded by one after the other, seen once nothing hides them. */
import assert from 'node:assert/strict';
import { after, suite, test, type TestContext } from 'node:test';
import { type Config, type ExperimentConfig, experimentText, parseConfig } from '@understudy/config';
import { earliestEffect } from '@understudy/domain';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster } from '../../../test/support/cluster.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { KafkaAdmin } from '../src/client/admin.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { RevisionFollower } from '../src/lanes/revisions/revision-follower.ts';
import { applyExperiment, ensureExperiments, readTimelines } from '../src/lanes/revisions/revision-log.ts';
import type { RunsOptions } from '../src/lanes/runs.ts';
import { RecordRegistry } from '../src/registry/record-registry.ts';
import { createTaskMetrics } from '../src/tasks/task-metrics.ts';
import { bareKafka, connectionTo, freshPrefix } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';

const cluster = await testCluster();
after(() => cluster.stop());

function configWith(rate: number, window = '1s'): Config {
  const text = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: / }
    production: { url: 'http://127.0.0.1:9001' }
    window: ${window}
    sampling: { rate: ${rate} }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:9002' }]
    comparison: { kind: json }
`;
  return parseConfig({ text, file: 'test.yaml', env: {} });
}

function experimentWith(rate: number, window?: string): ExperimentConfig {
  const [experiment] = configWith(rate, window).experiments;
  assert.ok(experiment);
  return experiment;
}

async function prepare(): Promise<RunsOptions> {
  const prefix = freshPrefix('revisions');
  const connection = connectionTo(cluster.brokers[0] ?? '');
  const registry = await RecordRegistry.open({ url: cluster.registryUrl });
  await createTopic(connection, `${prefix}experiments`);
  await registry.register('experiment', `${prefix}experiments`);
  return { connection, registry, prefix, partitions: 1 };
}

suite('an experiment', () => {
  test('becomes the first revision once, however many services start at once with whatever config', async () => {
    const log = await prepare();
    const rates = [0.1, 0.2, 0.3];
    await Promise.all(rates.map((rate) => ensureExperiments(log, [experimentWith(rate)])));
    const timeline = (await readTimelines(log, null)).get('mortgage');
    assert.deepEqual([timeline?.newest.number, timeline?.newest.fromMs], [1, 0]);
    const first = timeline?.newest.experiment;
    await ensureExperiments(log, [experimentWith(0.4)]);
    assert.deepEqual((await readTimelines(log, null)).get('mortgage')?.newest.experiment, first);
  });

  test('that is applied twice at once is one revision; others are one each', async () => {
    const log = await prepare();
    await ensureExperiments(log, [experimentWith(1)]);
    const twice = await Promise.all([0.5, 0.5].map((rate) => applyExperiment(log, experimentWith(rate))));
    assert.deepEqual(
      twice.map(({ revision }) => revision.number),
      [2, 2],
    );
    const before = Date.now();
    const both = await Promise.all([0.6, 0.7].map((rate) => applyExperiment(log, experimentWith(rate))));
    assert.deepEqual(new Set(both.map(({ before: one }) => one?.number)), new Set([2, 3]));
    const timeline = (await readTimelines(log, ['mortgage'])).get('mortgage');
    assert.ok(timeline);
    assert.equal(timeline.newest.number, 4);
    // Broker and test share a clock: nothing takes effect earlier than 30 s from now.
    assert.ok(timeline.newest.fromMs >= earliestEffect(before, 1_000));
    assert.equal(timeline.at(timeline.newest.fromMs - 1_000).number < 4, true);
  });

  test('keeps its windows: another width is refused, with what to do', async () => {
    const log = await prepare();
    await ensureExperiments(log, [experimentWith(1)]);
    await assert.rejects(applyExperiment(log, experimentWith(1, '2s')), {
      code: 'state-mismatch',
      message: /windows of 1000 ms, and the config says 2000 ms: .* name the experiment anew/,
    });
  });
});

suite('whoever follows the revisions', () => {
  async function follow(context: TestContext, log: RunsOptions, config: Config) {
    const admin = await KafkaAdmin.open(log.connection);
    const revised: number[] = [];
    const metrics = createMetrics({ service: 'test' });
    const follower = await RevisionFollower.open({
      ...log,
      admin,
      config,
      logger: createLogger({ service: 'test', level: 'silent' }),
      metrics: createTaskMetrics(metrics),
      onRevision: async () => {
        revised.push(follower.timelineOf('mortgage').newest.number);
        if (revised.length === 1) throw new Error('not yet');
      },
    });
    context.after(async () => {
      await follower.close();
      await admin.close();
    });
    return { timeline: follower.timelineOf('mortgage'), revised, follower };
  }

  test('records the first one, hears of the next, and is told again where it could not act on it', async (context) => {
    const log = await prepare();
    const startedMs = Date.now();
    const { timeline, revised, follower } = await follow(context, log, configWith(1));
    assert.ok(timeline.knownUntilMs >= startedMs + 20_000, 'nothing new takes effect within 20 s');
    assert.ok(timeline.knownUntilMs <= Date.now() + 20_000);
    const { revision } = await applyExperiment(log, experimentWith(0.5));
    await waitFor(() => revised.length >= 2, { what: 'both calls', timeoutMs: 20_000 });
    assert.deepEqual(revised, [2, 2]);
    assert.equal(timeline.newest.fromMs, revision.fromMs);
    assert.equal(timeline.at(revision.fromMs - 1).number, 1);
    assert.equal(follower.config.experiments[0]?.sampling.rate, 0.5);
  });

  /** A stranger's transaction is open: a revision committed behind its beginning can't be seen. */
  test('does not believe that it knows all while a transaction may hide a revision', async (context) => {
    const log = await prepare();
    const { timeline, revised } = await follow(context, log, configWith(1));
    const topic = `${log.prefix}experiments`;
    const stranger = bareKafka(cluster.brokers).producer({
      transactionalId: `${log.prefix}stranger`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await stranger.connect();
    const open = await stranger.transaction();
    await open.send({ topic, messages: [{ partition: 0, key: 'another 1', value: null }] });
    const sentMs = Date.now();
    const producer = await TransactionalProducer.open(log.connection, {
      transactionalId: `${log.prefix}test`,
      writes: [{ topic, partition: 0 }],
    });
    const { name, windowMs } = experimentWith(0.5);
    const value = log.registry.encoder(
      'experiment',
      topic,
    )({
      name,
      revision: 2,
      effectiveFrom: windowMs,
      configHash: 'hash 2',
      config: experimentText(experimentWith(0.5)),
    });
    await producer.commit({ records: [{ topic, partition: 0, key: `${name} 2`, value }] });
    await producer.close();
    await assert.rejects(
      waitFor(() => timeline.newest.number === 2 || timeline.knownUntilMs > sentMs + 20_000, {
        what: 'a revision that is hidden',
        timeoutMs: 5_000,
      }),
    );
    await open.abort();
    await stranger.disconnect();
    await waitFor(() => timeline.knownUntilMs > sentMs + 20_000, { what: 'it to go on', timeoutMs: 20_000 });
    assert.equal(timeline.newest.number, 2);
    assert.ok(revised.includes(2));
  });
});
