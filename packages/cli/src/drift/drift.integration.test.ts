/** `understudy drift` as a person gives it: requests of a real Kafka against CSV and Parquet. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { openStreams, PartitionSender, setUpTopics } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../../test/support/cluster.ts';
import type { FeatureDrift } from './feature-drift.ts';

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

test('requests are compared with training data, feature by feature', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-drift-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'understudy.yaml');
  writeFileSync(
    configFile,
    `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'drift-${randomUUID().slice(0, 8)}.', partitions: 2 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`,
  );
  const config = loadConfig({ file: configFile, env: {} });
  const logger = createLogger({ service: 'test', level: 'fatal' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  t.after(() => streams.close());
  await setUpTopics({ config, ...streams });
  const topic = topicNames(config.kafka.prefix).shared('requests');
  const encode = streams.registry.encoder('request', topic);
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 5_000, maxQueuedBytes: 1e7 });
  t.after(() => sender.close({ graceMs: 0 }));
  const send = (n: number, experiment: string, body: object): Promise<unknown> => {
    const bytes = Buffer.from(JSON.stringify(body));
    const value = encode({
      exchangeId: `x${experiment}${n}`,
      requestId: null,
      experiment,
      session: null,
      requestTime: 0,
      method: 'POST',
      path: '/predict',
      headers: {},
      contentType: 'application/json',
      body: bytes,
      bodySize: bytes.length,
      production: null,
    });
    return sender.send({ topic, partition: n % 2, key: null, value });
  };
  await Promise.all(
    Array.from({ length: 1_200 }, (_, n) => [
      send(n, 'mortgage', {
        applicant: { age: n % 50, income: (n % 100) + 40 },
        single: n % 2 === 0 ? 'yes' : 'no',
      }),
      send(n, 'another', { applicant: { age: 1_000, income: 0 }, single: 'maybe' }),
    ]).flat(),
  );
  const rows = Array.from(
    { length: 2_000 },
    (_, n) => `${n % 50},${n % 100},${n % 2 === 0 ? 'yes' : 'no'},1`,
  );
  const csv = join(folder, 'training.csv');
  writeFileSync(csv, ['age,applicant.income,single,target', ...rows].join('\n'));
  const parquet = join(folder, 'training.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM read_csv('${csv}', auto_type_candidates = ['BIGINT', 'VARCHAR'])) TO '${parquet}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();

  async function drift(
    ...args: readonly string[]
  ): Promise<{ readonly code: unknown; readonly said: string }> {
    const child = spawn(process.execPath, [main, 'drift', 'mortgage', '--config', configFile, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, problems, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<unknown[]>,
    ]);
    return { code, said: said === '' ? problems : said };
  }

  const all = await drift('--training', csv, '--json');
  assert.equal(all.code, 1, all.said);
  const { features } = JSON.parse(all.said) as { features: readonly FeatureDrift[] };
  assert.deepEqual(
    features.map(({ feature, kind, training, current, outcome }) => [
      feature,
      kind,
      training,
      current,
      outcome,
    ]),
    [
      ['applicant.income', 'number', 2_000, 1_200, 'drifted'],
      ['age', 'number', 2_000, 1_200, 'stable'],
      ['single', 'class', 2_000, 1_200, 'stable'],
      ['target', 'number', 2_000, 0, 'inconclusive'],
    ],
  );
  const stable = await drift('--training', parquet, '--feature', 'age', 'single');
  assert.equal(stable.code, 0, stable.said);
  assert.match(stable.said, /^age +number +2,000 +1,200 .* stable: /m);
  const none = await drift('--training', parquet, '--feature', 'age', '--to', '2026-01-01T00:00:00Z');
  assert.deepEqual([none.code, /inconclusive/.test(none.said)], [2, true]);
  const unknown = await drift('--training', csv, '--feature', 'height');
  assert.match(unknown.said, /has no column height; there are: age, applicant\.income, single, target/);
});
