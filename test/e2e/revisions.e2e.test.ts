/** An experiment is revised under traffic: every window is of one revision, in every process, and can be computed again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Config, loadConfig } from '@understudy/config';
import { revisionOf, topicNames } from '@understudy/domain';
import type { Divergence } from '@understudy/schemas-avro';
import { kafkaConnection, readLog, readTimelines, RecordRegistry, runsOf } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { startPipeline } from '../support/pipeline.ts';
import { modelThat } from '../support/stand-in-model.ts';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const limitMs = 60_000;

interface Window extends Divergence {
  /** By the header. */
  readonly revision: number | null;
}

test('a change is applied while requests come, and judges from its boundary on', async (context) => {
  const cluster = await testCluster();
  context.after(() => cluster.stop());
  const answer = modelThat(() => 'approved');
  const pipeline = await startPipeline(context, cluster, {
    production: answer,
    shadow: answer,
  });
  const { config, configFile, route } = pipeline;
  const windowsOf = windowReader(config);
  const traffic = new AbortController();
  context.after(() => traffic.abort());
  const sending = send(route, traffic.signal);
  await waitFor(async () => (await windowsOf('boosted')).length > 0, {
    what: 'a window',
    timeoutMs: limitMs,
  });

  changeFile(configFile);
  const askedMs = Date.now();
  const applied = await understudy(['apply', '--config', configFile]);
  assert.match(applied, /^mortgage: revision 2$/m);
  assert.match(applied, /^ {4}verdict\.agreement\.margin +0\.95 -> 0\.5$/m);
  assert.match(applied, /^ {4}shadows\.boosted\.timeout +5s -> 4s$/m);
  assert.match(applied, /^ {4}shadows\.added\.url +none -> http/m);
  assert.match(
    await understudy(['apply', '--config', configFile]),
    /^mortgage: nothing differs from revision 2$/m,
  );
  const boundary = Date.parse(/from (\S+) on$/m.exec(applied)?.[1] ?? '');
  assert.ok(boundary >= askedMs + 30_000, applied);

  // It begins with the file as it is now, and with the log.
  await pipeline.killInvoker();
  const isBehind = async (shadow: string): Promise<boolean> =>
    (await windowsOf(shadow)).some(({ windowStart }) => windowStart >= boundary + 2_000);
  for (const shadow of ['boosted', 'added']) {
    const what = `windows of ${shadow} behind the boundary`;
    await waitFor(() => isBehind(shadow), { what, timeoutMs: limitMs });
  }
  traffic.abort();
  const sent = await sending;

  const hashes = await hashesOf(config);
  const windows = await windowsOf('boosted');
  for (const { windowStart, configHash, revision, running } of windows) {
    const expected = windowStart < boundary ? 1 : 2;
    assert.deepEqual(
      [revision, configHash, running.margin, running.since],
      [
        expected,
        hashes.get(expected),
        expected === 1 ? 0.95 : 0.5,
        expected === 1 ? windows[0]?.windowStart : boundary,
      ],
      new Date(windowStart).toISOString(),
    );
  }
  const [before, after] = [windows.filter((w) => w.revision === 1), windows.filter((w) => w.revision === 2)];
  const sampled = (of: readonly Window[]): number =>
    of.reduce((sum, { window }) => sum + window.ledger.sampled, 0);
  const perWindow = [sampled(before) / before.length, sampled(after) / after.length] as const;
  assert.ok(perWindow[1] < 0.8 * perWindow[0], `${perWindow.join(' and ')} sampled, of ${sent} sent`);

  const iso = (ms: number): string => new Date(ms).toISOString();
  const around = ['--from', iso(boundary - 3_000), '--to', iso(boundary + 2_000), '--config', configFile];
  const verified = await understudy(['verify', 'mortgage.boosted.live', ...around]);
  assert.match(verified, /^5 same, 0 differ, 0 can't be told$/m, verified);
});

/** Sends until it is told to end. Resolves to the number of requests answered. */
async function send(route: string, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const response = await fetch(route, { method: 'POST', body: `{"n":${sent}}` });
    assert.equal(response.status, 200);
    await response.text();
    sent += 1;
  }
  return sent;
}

/** Another margin, a fifth of the requests, a shadow that is called otherwise, and one more: the same model. */
function changeFile(configFile: string): void {
  const file = JSON.parse(readFileSync(configFile, 'utf8')) as {
    experiments: [{ shadows: [Record<string, unknown>]; [setting: string]: unknown }];
  };
  const [experiment] = file.experiments;
  const [shadow] = experiment.shadows;
  const shadows = [
    { ...shadow, timeout: '4s' },
    { ...shadow, name: 'added' },
  ];
  const changes = { verdict: { agreement: { margin: 0.5 } }, sampling: { rate: 0.2 }, shadows };
  writeFileSync(configFile, JSON.stringify({ ...file, experiments: [{ ...experiment, ...changes }] }));
  loadConfig({ file: configFile, env: {} });
}

function access(config: Config) {
  return kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'fatal' }));
}

function windowReader(config: Config): (shadow: string) => Promise<readonly Window[]> {
  const connection = access(config);
  const opening = RecordRegistry.open({ url: config.registry.url });
  const topic = topicNames(config.kafka.prefix).shared('divergence');
  return async (shadow) => {
    const registry = await opening;
    const found: Window[] = [];
    for await (const { value, headers } of readLog(connection, { topic })) {
      const divergence = value === null ? null : await registry.decode('divergence', value);
      if (divergence?.lane === `mortgage.${shadow}.live` && divergence.segment === null)
        found.push({ ...divergence, revision: revisionOf(headers) });
    }
    return found;
  };
}

/** The config hash of each revision. */
async function hashesOf(config: Config): Promise<ReadonlyMap<number, string>> {
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const log = runsOf({ config, connection: access(config), registry });
  const timeline = (await readTimelines(log, ['mortgage'])).get('mortgage');
  const hashes = [1, 2].map((number) => [number, timeline?.numbered(number)?.configHash ?? ''] as const);
  return new Map(hashes);
}

/** Runs the command to its end. @returns its standard output; rejects with its standard error otherwise */
async function understudy(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { timeout: limitMs });
  return stdout;
}
