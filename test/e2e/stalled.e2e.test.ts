/**
 * A lane whose invoker is gone: requests arrive and its time stands still, so no window closes that could tell. The
 * alert is raised by the wall clock, once, whoever is killed in the meantime, and is resolved when the lane moves.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Config, loadConfig } from '@understudy/config';
import { ProcessGroup } from '@understudy/infra-local';
import type { Alert } from '@understudy/schemas-avro';
import { openStreams, readLog, setUpSharedTopics, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Publisher } from '../proof/publisher.ts';
import { partitions } from '../proof/scenario.ts';
import { ServiceSlot } from '../proof/service-slot.ts';
import { testCluster } from '../support/cluster.ts';
import { waitFor } from '../support/wait-for.ts';

const lane = 'quotes.heavy.live';
const logger = createLogger({ service: 'test', level: 'silent' });
const timeoutMs = 120_000;

test('a lane that stands still is told once, though its comparator is killed, and once when it moves', async (t) => {
  const { folder, config, streams, comparator, invoker } = await start(t);
  const traffic = startTraffic(t, streams, config);
  await waitFor(async () => (await recordsIn(config, 'divergence')) > 0, { what: 'a window', timeoutMs });
  await waitFor(async () => (await readyz(comparator))?.ok === true, { what: 'readiness', timeoutMs });

  await invoker.process?.stop();
  await waitFor(async () => (await alertsIn(config, streams)).length > 0, { what: 'the alert', timeoutMs });
  const [firing] = await alertsIn(config, streams);
  assert.partialDeepStrictEqual(firing, {
    lane,
    rule: 'stalled',
    state: 'firing',
    link: `http://console/#${lane}`,
  });
  assert.match(
    firing?.reason ?? '',
    /shadow-invoker in partitions? [\d, ]+ .*requests wait for their shadow-responses/,
  );

  comparator.process?.kill('SIGKILL');
  await waitFor(() => !comparator.isRunning, { what: 'the comparator to be dead', timeoutMs });
  await comparator.start();
  // It has looked for long enough to raise an alert of its own, and has not.
  await waitFor(async () => ((await gauge(comparator, 'standing_seconds')) ?? 0) > 6, {
    what: 'the new watcher to see it stand',
    timeoutMs,
  });
  assert.equal((await alertsIn(config, streams)).length, 1);
  const health = await readyz(comparator);
  assert.equal(health?.ok, false);
  assert.match(JSON.stringify(health?.detail), new RegExp(`"lane":"${lane}","reason":"by the wall clock`));

  await invoker.start();
  await waitFor(async () => (await alertsIn(config, streams)).length > 1, { what: 'its end', timeoutMs });
  const [, resolved, ...others] = await alertsIn(config, streams);
  assert.partialDeepStrictEqual(resolved, {
    lane,
    rule: 'stalled',
    state: 'resolved',
    identity: firing?.identity,
  });
  assert.deepEqual(others, []);

  await traffic.stop();
  await waitFor(async () => (await gauge(comparator, 'lane_age_seconds')) === 0, {
    what: 'an idle lane to have nothing that waits',
    timeoutMs: 120_000,
  });
  await waitFor(async () => (await readyz(comparator))?.ok === true, { what: 'readiness', timeoutMs });
  await rm(folder, { recursive: true });
});

async function start(t: TestContext) {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), 'understudy-stalled-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const processes = new ProcessGroup({ onExit: () => {} });
  t.after(() => processes.stop());
  const file = join(folder, 'understudy.yaml');
  const prefix = `stalled-${randomBytes(4).toString('hex')}.`;
  await writeFile(file, configText(prefix, { ...cluster, shadowUrl: await startShadow(t) }));
  const config = loadConfig({ file, env: {} });
  const metrics = createMetrics({ service: 'test' });
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  t.after(() => streams.close());
  await setUpSharedTopics({ config, ...streams });
  const comparator = new ServiceSlot({ service: 'comparator', number: 0, processes, folder });
  const invoker = new ServiceSlot({ service: 'shadow-invoker', number: 0, processes, folder });
  await comparator.start();
  await invoker.start();
  return { folder, config, streams, comparator, invoker };
}

function configText(
  prefix: string,
  { brokers, registryUrl, shadowUrl }: { brokers: readonly string[]; registryUrl: string; shadowUrl: string },
): string {
  return JSON.stringify({
    kafka: { brokers, prefix, partitions, sessionTimeout: '2s' },
    registry: { url: registryUrl },
    comparator: { port: 0 },
    alerts: { stalledAfter: '2s', link: 'http://console' },
    experiments: [
      {
        name: 'quotes',
        route: { path: '/quotes' },
        production: { url: 'http://127.0.0.1:9', timeout: '1s' },
        window: '1s',
        shadows: [{ name: 'heavy', url: shadowUrl, timeout: '400ms' }],
        comparison: { kind: 'class', label: '/decision' },
        alerts: { latency: { p95Ratio: 'off' } },
      },
    ],
  });
}

async function startShadow(t: TestContext): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"decision":"approved"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Exchanges as the gateway writes them, ten a second; and requests of an experiment that nobody watches. */
function startTraffic(t: TestContext, streams: Streams, { kafka }: Config): { stop(): Promise<void> } {
  const publisher = new Publisher(streams, kafka.prefix);
  const send = (experiment: string): void => {
    const exchangeId = randomUUID();
    const body = Buffer.from('{}');
    const headers = { 'content-type': 'application/json' };
    const of = { headers, contentType: 'application/json' };
    publisher.request(exchangeId, {
      ...of,
      exchangeId,
      requestId: null,
      experiment,
      session: null,
      requestTime: Date.now(),
      method: 'POST',
      path: '/quotes',
      body,
      bodySize: body.length,
      production: null,
    });
    if (experiment !== 'quotes') return;
    const answer = Buffer.from('{"decision":"approved"}');
    publisher.response(exchangeId, {
      exchangeId,
      experiment,
      responseTime: Date.now(),
      result: {
        outcome: 'answered',
        answer: { ...of, status: 200, body: answer, bodySize: answer.length },
        latencyMs: 5,
        error: null,
      },
    });
  };
  const beat = setInterval(() => ['quotes', 'refunds'].forEach(send), 100);
  let closing: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    clearInterval(beat);
    if (closing === null) send('refunds');
    return (closing ??= publisher.close());
  };
  t.after(stop);
  return { stop };
}

/** Those of the rule: a slow machine may give rise to others. */
async function alertsIn(config: Config, { connection, registry }: Streams): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  for await (const { value } of readLog(connection, { topic: `${config.kafka.prefix}alerts` }))
    if (value !== null) alerts.push(await registry.decode('alert', value));
  return alerts.filter(({ rule }) => rule === 'stalled');
}

async function recordsIn({ kafka }: Config, topic: string): Promise<number> {
  let records = 0;
  for await (const _ of readLog(
    { brokers: kafka.brokers, clientId: 'test' },
    { topic: kafka.prefix + topic },
  ))
    records += 1;
  return records;
}

/** Where the process that runs now serves metrics and health; null as long as it doesn't. */
async function ask({ process }: ServiceSlot, path: string): Promise<string | null> {
  const log = process === null ? '' : await readFile(process.logFile, 'utf8');
  const address = /"address":"(http:[^"]+)".*"metrics and health"/.exec(log)?.[1];
  if (address === undefined) return null;
  const response = await fetch(address + path).catch(() => null);
  return response === null ? null : response.text();
}

async function readyz(slot: ServiceSlot): Promise<{ ok: boolean; detail: unknown } | null> {
  const text = await ask(slot, '/readyz');
  return text === null ? null : (JSON.parse(text) as { ok: boolean; detail: unknown });
}

async function gauge(slot: ServiceSlot, name: string): Promise<number | null> {
  const text = await ask(slot, '/metrics');
  const value = new RegExp(`^understudy_comparator_${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? null : Number(value);
}
