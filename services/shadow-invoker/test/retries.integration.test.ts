/** Retries on a real Kafka, of a real shadow that goes down and comes back. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { type Config, parseConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { ShadowResponse } from '@understudy/schemas-avro';
import type { RunningService } from '@understudy/service';
import {
  applyExperiment,
  type IncomingRecord,
  KafkaAdmin,
  kafkaConnection,
  parseLetter,
  partitionOf,
  PartitionSender,
  readLog,
  RecordRegistry,
  runsOf,
  settleLetters,
} from '@understudy/streams';
import { createLogger, createMetrics, type Metrics } from '@understudy/telemetry';
import { testCluster, type TestCluster } from '../../../test/support/cluster.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { startInvoker } from '../src/start.ts';
import { plain } from './harness.ts';

const logger = createLogger({ service: 'shadow-invoker', level: 'fatal' });
const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const partitions = 2;
const delays = { '500ms': 500, '1s': 1_000 } as const;
let cluster: TestCluster;

before(async () => {
  cluster = await testCluster();
});

after(() => cluster.stop());

interface Shadow {
  readonly url: string;
  /** How often each exchange was called. */
  readonly calls: Map<string, number>;
  /** When the poison ones were called, ms since the epoch. */
  readonly poisonedMs: number[];
  isUp: boolean;
}

/** Hangs up while it is down, and fails whatever is called poison. */
async function startShadow(t: TestContext): Promise<Shadow> {
  const calls = new Map<string, number>();
  const poisonedMs: number[] = [];
  const server = createServer((request, response) => {
    const id = String(request.headers['x-exchange-id']);
    calls.set(id, (calls.get(id) ?? 0) + 1);
    if (id.includes('poison')) poisonedMs.push(Date.now());
    if (!shadow.isUp) request.socket.destroy();
    else response.writeHead(id.includes('poison') ? 500 : 200).end('{"decision":"approved"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shadow: Shadow = { url, calls, poisonedMs, isUp: true };
  return shadow;
}

function configFor(url: string, prefix: string, retryDelays = `[${Object.keys(delays).join(', ')}]`): Config {
  const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: ${prefix}, partitions: ${partitions} }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    comparison: { kind: class, label: /decision }
    shadows:
      - name: boosted
        url: '${url}'
        retry: { attempts: 2, pause: 10ms, delays: ${retryDelays} }
        breaker: { failures: 3, probe: 50ms }
`;
  return parseConfig({ text, file: 'test.yaml', env: {} });
}

function newPrefix(): string {
  return `retries-${randomUUID().slice(0, 8)}.`;
}

interface Invoker {
  readonly metrics: Metrics;
  readonly close: () => Promise<void>;
}

async function start(t: TestContext, config: Config): Promise<Invoker> {
  const metrics = createMetrics({ service: 'shadow-invoker' });
  let running: RunningService | null = await startInvoker({ config, logger, metrics, onOver: assert.fail });
  const close = async (): Promise<void> => {
    await running?.close();
    running = null;
  };
  t.after(close);
  return { metrics, close };
}

async function send(config: Config, ids: readonly string[]): Promise<void> {
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const topic = topicNames(config.kafka.prefix).shared('requests');
  const limits = { maxQueuedRecords: 1_000, maxQueuedBytes: 2 ** 20 };
  const sender = new PartitionSender(kafkaConnection(config, 'test', logger), limits);
  await registry.register('request', topic);
  const encode = registry.encoder('request', topic);
  const sending = ids.map((exchangeId) => {
    const value = encode({ ...plain(0), exchangeId });
    return sender.send({ topic, partition: partitionOf(exchangeId, partitions), key: exchangeId, value });
  });
  await Promise.all(sending);
  await sender.close({ graceMs: 1_000 });
}

/** Records the experiments as their next revisions: the log's hold, whatever a service is started with. */
async function apply(config: Config): Promise<void> {
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const log = runsOf({ config, connection: kafkaConnection(config, 'test', logger), registry });
  for (const experiment of config.experiments) await applyExperiment(log, experiment);
}

async function read(config: Config, topic: string): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  for await (const record of readLog(kafkaConnection(config, 'test', logger), { topic }))
    records.push(record);
  return records;
}

/** First responses and recoveries, by partition and offset. */
async function responses(
  config: Config,
): Promise<readonly (ShadowResponse & { readonly appendedMs: number })[]> {
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const found = [];
  for (const { value, timestampMs } of await read(
    config,
    topicNames(config.kafka.prefix).shadowResponses(lane),
  )) {
    assert.ok(value);
    found.push({ ...(await registry.decode('shadow-response', value)), appendedMs: timestampMs });
  }
  return found.filter(({ kind }) => kind !== 'progress');
}

async function untilClosed(config: Config, requests: number): Promise<void> {
  await waitFor(
    async () => {
      const found = await responses(config);
      const firsts = found.filter(({ kind }) => kind === 'first');
      const deferred = firsts.filter(({ status }) => status === 'deferred').length;
      return firsts.length === requests && found.length === requests + deferred;
    },
    { what: 'every request to be closed', timeoutMs: 60_000 },
  );
}

test('a poison request is tried again at its times and given up; the good ones beside it are answered at once', async (t) => {
  const shadow = await startShadow(t);
  const config = configFor(shadow.url, newPrefix());
  const { metrics } = await start(t, config);
  const ids = Array.from({ length: 20 }, (_, n) => (n === 3 ? 'poison' : `x${n}`));
  await send(config, ids);
  await untilClosed(config, ids.length);

  const found = await responses(config);
  const notAnswered = found.filter(({ kind, status }) => kind !== 'first' || status !== 'answered');
  assert.deepEqual(
    notAnswered.map(({ exchangeId, kind, status, attempts }) => [exchangeId, kind, status, attempts]),
    [
      ['poison', 'first', 'deferred', 2],
      ['poison', 'recovery', 'dead_lettered', 4],
    ],
  );
  assert.deepEqual(new Set(shadow.calls.values()), new Set([1, 4]));

  const names = topicNames(config.kafka.prefix);
  const [deferred, recovery] = notAnswered;
  const times = [deferred?.appendedMs ?? 0];
  for (const [delay, delayMs] of Object.entries(delays)) {
    const copies = await read(config, names.shadowRetries(lane, delay));
    assert.deepEqual(
      copies.map(({ key }) => key?.toString()),
      ['poison'],
      `one copy after ${delay}`,
    );
    times.push((copies[0]?.timestampMs ?? 0) + delayMs);
  }
  times.push(recovery?.appendedMs ?? 0);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    'nothing is tried before it is due',
  );

  const letters = await read(config, names.shared('shadow-dead-letters'));
  assert.equal(letters.length, 1);
  assert.partialDeepStrictEqual(parseLetter(letters[0]?.headers ?? {}), {
    lane: 'mortgage.boosted.live',
    reason: 'http-500',
    source: { topic: names.shared('requests'), offset: recovery?.requestOffset },
    calls: { attempts: 4, requestTimeMs: recovery?.requestTime },
  });
  assert.match(await metrics.text(), /understudy_invoker_breaker_state\{[^}]*\} 0\n/);
});

test('a shadow that goes down pauses its lane; when it is back, every request is answered', async (t) => {
  const shadow = await startShadow(t);
  const config = configFor(shadow.url, newPrefix());
  const { metrics } = await start(t, config);
  await send(config, ['before']);
  await untilClosed(config, 1);
  shadow.isUp = false;
  const ids = Array.from({ length: 200 }, (_, n) => `x${n}`);
  await send(config, ids);
  const isPaused = async (): Promise<boolean> =>
    /understudy_invoker_breaker_state\{[^}]*\} 1\n/.test(await metrics.text());
  await waitFor(isPaused, { what: 'the pause', timeoutMs: 30_000 });
  shadow.isUp = true;
  await untilClosed(config, 1 + ids.length);

  const found = await responses(config);
  const closed = found.filter(({ status }) => status === 'answered').map(({ exchangeId }) => exchangeId);
  assert.equal(closed.length, 1 + ids.length, 'answered once, at first or later');
  assert.deepEqual(new Set(closed), new Set(['before', ...ids]));
  const spent = [...shadow.calls.values()].reduce((sum, calls) => sum + calls, 0) - closed.length;
  assert.ok(spent < ids.length / 2, `${spent} calls were made in vain`);
  assert.deepEqual(await read(config, topicNames(config.kafka.prefix).shared('shadow-dead-letters')), []);
});

test('an invoker that had no retries before goes on where it was, with retries', async (t) => {
  const shadow = await startShadow(t);
  const prefix = newPrefix();
  const former = configFor(shadow.url, prefix, '[]');
  const invoker = await start(t, former);
  await send(former, ['poison-0', 'x0']);
  await untilClosed(former, 2);
  await invoker.close();

  const config = configFor(shadow.url, prefix);
  await apply(config);
  await start(t, config);
  await send(config, ['poison-1', 'x1']);
  await untilClosed(config, 4);
  assert.deepEqual(
    (await responses(config))
      .map(({ exchangeId, kind, status }) => `${exchangeId} ${kind} ${status}`)
      .toSorted(),
    [
      'poison-0 first failed',
      'poison-1 first deferred',
      'poison-1 recovery dead_lettered',
      'x0 first answered',
      'x1 first answered',
    ],
  );
});

test('a dead letter that is sent back and fails again goes each hop once, in its time, until it is refused', async (t) => {
  const shadow = await startShadow(t);
  const config = configFor(shadow.url, newPrefix(), '[100ms, 200ms]');
  const names = topicNames(config.kafka.prefix);
  await start(t, config);
  await send(config, ['poison']);
  const partition = partitionOf('poison', partitions);
  const connection = kafkaConnection(config, 'test', logger);
  const admin = await KafkaAdmin.open(connection);
  t.after(() => admin.close());
  const lettersUntil = async (count: number): Promise<readonly IncomingRecord[]> => {
    let letters: readonly IncomingRecord[] = [];
    const isThere = async (): Promise<boolean> => {
      letters = (await read(config, names.shared('shadow-dead-letters'))).filter(
        ({ value }) => value !== null,
      );
      return letters.length >= count;
    };
    await waitFor(isThere, { what: `letter ${count}`, timeoutMs: 30_000 });
    return letters;
  };

  for (let redrives = 0; ; redrives += 1) {
    const letters = await lettersUntil(redrives + 1);
    assert.equal(letters.length, redrives + 1, 'one letter for each time');
    const { offset = -1, headers = {} } = letters.at(-1) ?? {};
    assert.partialDeepStrictEqual(parseLetter(headers)?.calls, { redrives, attempts: 4 + 2 * redrives });
    const [settled] = await settleLetters({
      config,
      connection,
      admin,
      settlement: 'redriven',
      positions: [{ partition, offset }],
      runs: () => Promise.resolve(new Map()),
    });
    if (settled?.outcome.kind === 'settled') continue;
    assert.deepEqual(settled?.outcome, {
      kind: 'refused',
      reason: 'It has been redriven 5 times and failed again each time: discard it.',
    });
    assert.equal(redrives, 5);
    break;
  }

  assert.equal(shadow.calls.get('poison'), 4 + 5 * 2);
  const [, , ...afterDelays] = shadow.poisonedMs;
  const copies = [
    await read(config, names.shadowRetries(lane, '100ms')),
    await read(config, names.shadowRetries(lane, '200ms')),
  ];
  for (const [index, delayMs] of [100, 200].entries()) {
    const dueMs = (copies[index] ?? []).map(({ timestampMs }) => timestampMs + delayMs);
    const calledMs = afterDelays.filter((_, n) => n % 2 === index);
    assert.equal(dueMs.length, 6, 'one copy of each hop');
    for (const [n, ms] of calledMs.entries()) assert.ok(ms >= (dueMs[n] ?? Infinity), 'not before its time');
  }
  const closed = (await responses(config)).map(({ kind, status }) => `${kind} ${status}`);
  assert.deepEqual(closed, ['first deferred', 'recovery dead_lettered'], 'it is said once');
});
