/**
 * A lane's windows judged again because Kafka's own tool has reset offsets of the comparator's group, while its processes
 * were stopped. The same windows come out as the same bytes, marked as a newer judgement; what was not reset, or lies before
 * it, stays as it was; alerts that subscribers know are not sent again.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Config, loadConfig } from '@understudy/config';
import { judgementOf, topicNames } from '@understudy/domain';
import { ProcessGroup } from '@understudy/infra-local';
import type { Divergence } from '@understudy/schemas-avro';
import {
  type IncomingRecord,
  openStreams,
  partitionOf,
  readLog,
  setUpSharedTopics,
  type Streams,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Publisher } from '../proof/publisher.ts';
import { partitions } from '../proof/scenario.ts';
import { ServiceSlot } from '../proof/service-slot.ts';
import { testCluster } from '../support/cluster.ts';
import { kafkaConsumerGroups } from '../support/kafka-tools.ts';
import { waitFor } from '../support/wait-for.ts';

const lane = { experiment: 'quotes', shadow: 'heavy', run: 'live' } as const;
const name = 'quotes.heavy.live';
const timeoutMs = 60_000;

test('offsets that Kafka’s own tool has reset are judged again, to the same bytes', async (t) => {
  const stage = await start(t);
  const { comparator, topics } = stage;
  await stage.send(6, { poison: true });
  const first = await stage.judged(0);
  const told = (await stage.read(topics.shared('alerts'))).length;
  assert.ok(told > 0, 'a shadow that always differs raises an alert');
  const starts = [...new Set(first.divergence.map(({ value }) => value.windowStart))].toSorted(
    (a, b) => a - b,
  );
  const third = starts[2] ?? 0;
  const partition = partitionOf(stage.keys[stage.keys.length >> 1] ?? '', partitions);

  await comparator.process?.stop();
  await stage.reset(['--topic', `${topics.shared('requests')}:${partition}`, '--to-datetime', iso(third)]);
  await comparator.start();
  const again = await stage.judged(1);
  const since = boundaryOf(again, 1);
  assert.ok(
    since >= third && since < (starts.at(-1) ?? 0),
    'one partition was reset: all go back to its boundary',
  );
  assertSame(first, again, { since, judgement: 1 });
  assert.equal((await stage.read(topics.shared('alerts'))).length, told, 'subscribers know these alerts');

  await comparator.process?.stop();
  await stage.reset(['--all-topics', '--to-earliest']);
  await comparator.start();
  const all = await stage.judged(2);
  assertSame(first, all, { since: 0, judgement: 2 });

  // Of another input alone: undone. The lane goes on where it was, with sums that go on too.
  await comparator.process?.stop();
  await stage.reset(['--topic', topics.shared('production-responses'), '--to-earliest']);
  await comparator.start();
  await stage.send(1);
  const later = await stage.judged(3);
  assert.deepEqual(
    starts.filter((start) => later.divergence.some(isOf(start, 3))),
    [],
  );
  assert.equal((await stage.read(topics.shared('alerts'))).length, told);
  assert.equal((await stage.letters()).length, 1, 'what can not be read is among the dead letters once');
  await rm(stage.folder, { recursive: true });
});

interface Judged {
  readonly divergence: readonly { readonly value: Divergence; readonly record: IncomingRecord }[];
  /** Text of what each comparison says, and its judgement, by partition and in their order. */
  readonly comparisons: readonly {
    readonly windowStart: number;
    readonly judgement: number;
    readonly bytes: string;
  }[];
}

function isOf(start: number, judgement: number) {
  return ({ value, record }: Judged['divergence'][number]): boolean =>
    value.windowStart === start && judgementOf(record.headers) === judgement;
}

/** The first window of a judgement. */
function boundaryOf({ divergence }: Judged, judgement: number): number {
  const starts = divergence.filter(({ record }) => judgementOf(record.headers) === judgement);
  return Math.min(...starts.map(({ value }) => value.windowStart));
}

function assertSame(
  first: Judged,
  again: Judged,
  { since, judgement }: { since: number; judgement: number },
): void {
  const bytes = (judged: Judged, of: number): string[] =>
    judged.divergence
      .filter(({ value, record }) => value.windowStart >= since && judgementOf(record.headers) === of)
      .map(({ record }) => `${record.key?.toString()} ${record.value?.toString('hex')}`);
  assert.deepEqual(bytes(again, judgement), bytes(first, 0));
  const pairs = (judged: Judged, of: number): string[] =>
    judged.comparisons
      .filter((pair) => pair.windowStart >= since && pair.judgement === of)
      .map((pair) => pair.bytes);
  assert.ok(pairs(first, 0).length > 0);
  assert.deepEqual(pairs(again, judgement), pairs(first, 0));
  assert.equal(
    again.divergence.filter(
      ({ value, record }) => value.windowStart < since && judgementOf(record.headers) === judgement,
    ).length,
    0,
  );
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '');
}

async function start(t: TestContext) {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), 'understudy-reset-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const processes = new ProcessGroup({ onExit: () => {} });
  t.after(() => processes.stop());
  const file = join(folder, 'understudy.yaml');
  const prefix = `reset-${randomBytes(4).toString('hex')}.`;
  await writeFile(file, configText(prefix, { ...cluster, shadowUrl: await startShadow(t) }));
  const config = loadConfig({ file, env: {} });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  t.after(() => streams.close());
  await setUpSharedTopics({ config, ...streams });
  const comparator = new ServiceSlot({ service: 'comparator', number: 0, processes, folder });
  const invoker = new ServiceSlot({ service: 'shadow-invoker', number: 0, processes, folder });
  await comparator.start();
  await invoker.start();
  await waitFor(() => comparator.isUp && invoker.isUp, { what: 'the services', timeoutMs });
  const topics = topicNames(prefix);
  const keys: string[] = [];
  const read = async (topic: string): Promise<IncomingRecord[]> => {
    const records: IncomingRecord[] = [];
    for await (const record of readLog(streams.connection, { topic })) records.push(record);
    return records;
  };
  return {
    folder,
    comparator,
    topics,
    keys,
    read,
    send: (seconds: number, of?: { poison: boolean }) =>
      sendTraffic(streams, config, { seconds, keys, ...of }),
    judged: (judgement: number) => judgedSoFar(streams, topics, { judgement, sent: keys.length, read }),
    letters: () => read(topics.shared('shadow-dead-letters')),
    reset: (how: readonly string[]) =>
      kafkaConsumerGroups(processes, cluster.brokers, [
        '--group',
        `${prefix}${name}.comparator`,
        '--reset-offsets',
        '--execute',
        ...how,
      ]),
  };
}

/** What a lane has published, as soon as its newest record is of a judgement and counts everything that was sent. */
async function judgedSoFar(
  { registry }: Streams,
  topics: ReturnType<typeof topicNames>,
  {
    judgement,
    sent,
    read,
  }: { judgement: number; sent: number; read: (topic: string) => Promise<IncomingRecord[]> },
): Promise<Judged> {
  let divergence: { value: Divergence; record: IncomingRecord }[] = [];
  await waitFor(
    async () => {
      divergence = [];
      for (const record of await read(topics.shared('divergence')))
        if (record.value !== null)
          divergence.push({ value: await registry.decode('divergence', record.value), record });
      const newest = divergence.at(-1);
      if (newest === undefined || judgementOf(newest.record.headers) !== judgement) return false;
      return newest.value.running.sums.ledger.sampled === sent;
    },
    { what: `${sent} requests in the newest window's running sums`, timeoutMs },
  );
  const comparisons: Judged['comparisons'][number][] = [];
  for (const { value, headers } of await read(topics.comparisons(lane))) {
    if (value === null) continue;
    const { windowStart } = await registry.decode('comparison', value);
    comparisons.push({ windowStart, judgement: judgementOf(headers), bytes: value.toString('hex') });
  }
  return { divergence, comparisons };
}

/** Exchanges as the gateway writes them, twenty a second, and one response that can't be read. */
async function sendTraffic(
  streams: Streams,
  { kafka }: Config,
  { seconds, keys, poison = false }: { seconds: number; keys: string[]; poison?: boolean },
): Promise<void> {
  const publisher = new Publisher(streams, kafka.prefix);
  const goal = keys.length + seconds * 20;
  if (poison) publisher.raw('production-responses', 'poison', Buffer.from('?'));
  const beat = setInterval(() => {
    if (keys.length < goal) keys.push(sendExchange(publisher));
  }, 50);
  await waitFor(() => keys.length >= goal, { what: 'the traffic', timeoutMs });
  clearInterval(beat);
  await publisher.close();
}

function sendExchange(publisher: Publisher): string {
  const exchangeId = randomUUID();
  const headers = { 'content-type': 'application/json' };
  const of = { headers, contentType: 'application/json' };
  const body = Buffer.from('{}');
  const answer = Buffer.from('{"decision":"approved"}');
  publisher.request(exchangeId, {
    ...of,
    exchangeId,
    requestId: null,
    experiment: lane.experiment,
    session: null,
    requestTime: Date.now(),
    method: 'POST',
    path: '/quotes',
    body,
    bodySize: body.length,
    production: null,
  });
  publisher.response(exchangeId, {
    exchangeId,
    experiment: lane.experiment,
    responseTime: Date.now(),
    result: {
      outcome: 'answered',
      answer: { ...of, status: 200, body: answer, bodySize: answer.length },
      latencyMs: 5,
      error: null,
    },
  });
  return exchangeId;
}

async function startShadow(t: TestContext): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"decision":"denied"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function configText(
  prefix: string,
  { brokers, registryUrl, shadowUrl }: { brokers: readonly string[]; registryUrl: string; shadowUrl: string },
): string {
  return JSON.stringify({
    kafka: { brokers, prefix, partitions, sessionTimeout: '4s' },
    registry: { url: registryUrl },
    comparator: { port: 0 },
    alerts: { falseAlarms: '1m', stalledAfter: '5m' },
    experiments: [
      {
        name: lane.experiment,
        route: { path: '/quotes' },
        production: { url: 'http://127.0.0.1:9', timeout: '1s' },
        window: '1s',
        shadows: [{ name: lane.shadow, url: shadowUrl, timeout: '2s' }],
        comparison: { kind: 'class', label: '/decision' },
        alerts: { latency: { p95Ratio: 'off' } },
      },
    ],
  });
}
