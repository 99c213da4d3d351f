/** The console's readings over a real Kafka: labels and pairs come in any order, with restarts between them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Config, parseConfig } from '@understudy/config';
import { judgementHeaders, laneName, topicNames } from '@understudy/domain';
import { type Comparison, liveRun } from '@understudy/schemas-avro';
import { changeRun, openStreams, PartitionSender, runsOf, setUpTopics } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../../test/support/cluster.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { divergence } from '../../test/divergence.ts';
import { agreeing, differing, label } from '../../test/labelled.ts';
import { startConsole } from '../start.ts';
import type { LabelsReport } from '../views.ts';

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const dayMs = 86_400_000;
/** Of pairs that were compared three days ago. */
const windowStart = Math.floor(Date.now() / 5_000) * 5_000 - 3 * dayMs;

function configWith(store: string): Config {
  const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'labels-${randomUUID().slice(0, 8)}.', partitions: 2 }
registry: { url: '${cluster.registryUrl}' }
console: { port: 0, store: { path: '${store}' } }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
    labels: { horizon: 1d }
`;
  return parseConfig({ text, file: 'test.yaml', env: {} });
}

test('labels find their pairs whichever was appended first, days apart, over restarts, each counted once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-labels-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const config = configWith(join(folder, 'store.duckdb'));
  const logger = createLogger({ service: 'console', level: 'fatal' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  t.after(() => streams.close());
  await setUpTopics({ config, ...streams });
  const names = topicNames(config.kafka.prefix);
  const name = laneName(lane);
  await changeRun(runsOf({ config, ...streams }), lane, () =>
    liveRun({ lane: name, start: windowStart, windowMs: 5_000 }),
  );
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 100, maxQueuedBytes: 1e6 });
  t.after(() => sender.close({ graceMs: 0 }));
  const { registry } = streams;
  const encode = {
    comparison: registry.encoder('comparison', names.comparisons(lane)),
    label: registry.encoder('label', names.shared('labels')),
    divergence: registry.encoder('divergence', names.shared('divergence')),
  };
  const compare = async (given: Comparison, partition = 0, judgement = 0): Promise<void> => {
    const value = encode.comparison({ ...given, lane: name, windowStart, windowEnd: windowStart + 5_000 });
    const headers = judgementHeaders(judgement);
    await sender.send({ topic: names.comparisons(lane), partition, key: null, value, headers });
  };
  const know = async (id: string, value: string): Promise<void> => {
    const record = encode.label(label(id, value));
    await sender.send({ topic: names.shared('labels'), partition: 0, key: Buffer.from(id), value: record });
  };
  await sender.send({
    topic: names.shared('divergence'),
    partition: 0,
    key: null,
    value: encode.divergence(divergence({ lane: name })),
  });

  /** Runs a console until its report says so of `[labelled, of, production alone right, shadow alone right]`. */
  async function untilReported(expected: readonly number[]): Promise<void> {
    const metrics = createMetrics({ service: 'console' });
    const running = await startConsole({ config, logger, metrics, onOver: (error) => assert.fail(error) });
    await waitFor(
      async () => {
        const answer = await fetch(`${running.address}/api/lanes/${name}/labels`);
        if (answer.status !== 200) return false;
        const { coverage, discordant } = (await answer.json()) as LabelsReport;
        const found = [coverage.labelled, coverage.of, discordant.productionOnly, discordant.shadowOnly];
        return JSON.stringify(found) === JSON.stringify(expected);
      },
      {
        what: `labels of ${JSON.stringify(expected)}`,
        timeoutMs: 60_000,
      },
    );
    await running.close();
  }

  await compare(agreeing('"approved"', 'a', 'b'));
  await compare(differing('c', '"approved"', '"denied"'), 1);
  await know('a', 'approved');
  await know('early', 'denied');
  await untilReported([1, 3, 0, 0]);

  await know('c', 'approved');
  await compare(differing('early', '"approved"', '"denied"'));
  await know('b', 'denied');
  await untilReported([4, 4, 1, 1]);

  // The newest label counts, and what the window's second judgement says in place of the first.
  await know('c', 'denied');
  await compare(agreeing('"approved"', 'a', 'b', 'c'), 1, 1);
  await untilReported([3, 3, 0, 0]);
  rmSync(join(folder, 'store.duckdb'));
  await untilReported([3, 3, 0, 0]);
});
