/** `understudy export`, from a real Kafka through the console's store to files, compared with what was published. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadConfig } from '@understudy/config';
import { laneName, topicNames } from '@understudy/domain';
import { type Comparison, liveRun, type Review } from '@understudy/schemas-avro';
import { changeRun, openStreams, PartitionSender, runsOf, setUpTopics } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../../test/support/cluster.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { divergence } from '../../test/divergence.ts';
import { drawing } from '../../test/draws.ts';
import { label } from '../../test/labelled.ts';
import { recordedComparisons } from '../../test/recorded-comparisons.ts';
import { startConsole } from '../start.ts';
import { readRows } from '../store/read-rows.ts';
import { pairsOf } from '../store/store-records.ts';

let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const name = laneName(lane);
const cli = fileURLToPath(new URL('../../../../packages/cli/src/main.ts', import.meta.url));
const start = Math.floor(Date.now() / 5_000) * 5_000 - 86_400_000;

/** A pair as both files have it, by the names of the Parquet's columns. */
interface Row {
  readonly exchange_id: string;
  readonly request_id: string | null;
  readonly window_start: number;
  readonly agreed: boolean;
  readonly recovered: boolean;
  readonly score: number | null;
  readonly production_output: string | null;
  readonly shadow_output: string | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly label: string | null;
  readonly review: string | null;
}

function publishedRows(comparisons: readonly Comparison[]): readonly Row[] {
  return comparisons.flatMap((comparison) =>
    pairsOf(comparison).map((pair) => ({
      exchange_id: pair.exchangeId,
      request_id: pair.requestId,
      window_start: comparison.windowStart,
      agreed: pair.agreed,
      recovered: pair.recovery,
      score: pair.kept?.score ?? null,
      production_output: pair.productionOutput,
      shadow_output: pair.shadowOutput,
      segments: pair.kept?.segments ?? null,
      label: pair.exchangeId === 'x1-a0' ? '"denied"' : null,
      review: pair.exchangeId === reviewed ? 'same' : null,
    })),
  );
}

const reviewed = 'x2-d0';

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.exchange_id < b.exchange_id ? -1 : 1));
}

async function readParquet(path: string): Promise<readonly Row[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await readRows<
    Omit<Row, 'segments'> & { segments: readonly { key: string; value: string }[] | null }
  >(
    connection,
    `SELECT exchange_id, request_id, epoch_ms(window_start) AS window_start, agreed, recovered, score,
       production_output, shadow_output, segments, label, review FROM read_parquet($path)`,
    { path },
  );
  connection.closeSync();
  instance.closeSync();
  return rows.map((row) => ({
    ...row,
    segments:
      row.segments === null ? null : Object.fromEntries(row.segments.map(({ key, value }) => [key, value])),
  }));
}

test('pairs leave as Parquet and as JSON lines as they were published, with label and review', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-export-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'understudy.yaml');
  writeFileSync(
    configFile,
    `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'export-${randomUUID().slice(0, 8)}.', partitions: 2 }
registry: { url: '${cluster.registryUrl}' }
console: { port: 0 }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`,
  );
  const config = loadConfig({ file: configFile, env: {} });
  const logger = createLogger({ service: 'console', level: 'fatal' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  t.after(() => streams.close());
  await setUpTopics({ config, ...streams });
  await changeRun(runsOf({ config, ...streams }), lane, () =>
    liveRun({ lane: name, start, windowMs: 5_000 }),
  );
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 1_000, maxQueuedBytes: 1e7 });
  t.after(() => sender.close({ graceMs: 0 }));
  const names = topicNames(config.kafka.prefix);
  const { registry } = streams;
  const send = (topic: string, value: Buffer, partition = 0) =>
    sender.send({ topic, partition, key: Buffer.from('key'), value });
  const comparisons = recordedComparisons(drawing(11), { lane: name, start, windows: 60 });
  const encode = registry.encoder('comparison', names.comparisons(lane));
  await Promise.all(
    comparisons.map((comparison, n) => send(names.comparisons(lane), encode(comparison), n % 2)),
  );
  const review: Review = {
    comparisonId: `${name}/${reviewed}`,
    judgement: 'same',
    reviewer: 'somebody',
    note: null,
    reviewTime: 1,
  };
  await send(names.shared('reviews'), registry.encoder('review', names.shared('reviews'))(review));
  const asLabel = registry.encoder('label', names.shared('labels'));
  for (const value of ['approved', 'denied'])
    await send(names.shared('labels'), asLabel(label('x1-a0', value)));
  const found = registry.encoder('divergence', names.shared('divergence'))(divergence({ lane: name }));
  await send(names.shared('divergence'), found);

  const metrics = createMetrics({ service: 'console' });
  const running = await startConsole({ config, logger, metrics, onOver: (error) => assert.fail(error) });
  t.after(() => running.close());
  const stored = `understudy_console_stored_records_total{service="console"} ${comparisons.length + 3}`;
  await waitFor(async () => (await metrics.text()).includes(stored) && running.ready().ok, {
    what: 'all to be stored',
    timeoutMs: 60_000,
  });

  async function exported(
    ...args: readonly string[]
  ): Promise<{ readonly code: unknown; readonly said: string }> {
    const command = [cli, 'export', ...args, '--console', running.address ?? '', '--config', configFile];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, problems, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<unknown[]>,
    ]);
    return { code, said: code === 0 ? said : problems };
  }

  const expected = sorted(publishedRows(comparisons));
  const parquet = join(folder, 'pairs.parquet');
  const all = await exported(name, '--format', 'parquet', '--out', parquet);
  assert.equal(all.code, 0, all.said);
  assert.equal((JSON.parse(all.said) as { rows: number }).rows, expected.length);
  assert.deepEqual(sorted(await readParquet(parquet)), expected);

  const lines = join(folder, 'pairs.jsonl');
  const from = start + 10 * 5_000;
  const bounds = ['--from', new Date(from).toISOString(), '--to', new Date(from + 100_000).toISOString()];
  const some = await exported(name, '--out', lines, ...bounds);
  assert.equal(some.code, 0, some.said);
  const wanted = expected.filter(
    ({ agreed, window_start: at }) => !agreed && at >= from && at < from + 100_000,
  );
  const objects = readFileSync(lines, 'utf8')
    .trimEnd()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { exchangeId: string; request: unknown; production: { output: unknown } },
    );
  assert.ok(wanted.length > 20);
  assert.deepEqual(
    objects.map(({ exchangeId }) => exchangeId).toSorted(),
    wanted.map(({ exchange_id: id }) => id),
  );
  const one = objects.find(({ exchangeId }) => exchangeId.endsWith('-d0')) ?? assert.fail('no such pair');
  assert.deepEqual(one.request, { amount: Number(/\d+/.exec(one.exchangeId)), note: 'ü\n' });
  assert.equal(one.production.output, 'approved');
  const cut = objects.find(({ exchangeId }) => exchangeId.endsWith('-d2')) ?? assert.fail('no cut one');
  assert.equal(cut.request, '{"cut": "of');

  const refused = await exported('mortgage.other.live', '--out', lines);
  assert.equal(refused.code, 1);
  assert.match(refused.said, /\(404\): There are these lanes: mortgage\.boosted\.live/);
});
