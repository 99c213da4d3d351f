import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Config, loadConfig } from '@understudy/config';
import { type TopicNames, topicNames } from '@understudy/domain';
import { ProcessGroup } from '@understudy/infra-local';
import type { Divergence } from '@understudy/schemas-avro';
import {
  type IncomingRecord,
  openStreams,
  readLog,
  setUpSharedTopics,
  type Streams,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Publisher } from '../proof/publisher.ts';
import { partitions } from '../proof/scenario.ts';
import { ServiceSlot } from '../proof/service-slot.ts';
import { testCluster } from './cluster.ts';
import { kafkaConsumerGroups } from './kafka-tools.ts';
import { waitFor } from './wait-for.ts';

export interface QuotesOptions {
  /** Begins the names of topics and files. */
  readonly name: string;
  /** What the shadow always decides; production approves. */
  readonly decision: 'approved' | 'denied';
  readonly shadowTimeout: string;
  readonly sessionTimeout: string;
  /** The config's section. */
  readonly alerts: object;
}

/** An invoker and a comparator as real processes, with one lane of windows of a second; the test is its callers. */
export interface QuotesStage {
  readonly config: Config;
  readonly streams: Streams;
  readonly topics: TopicNames;
  readonly invoker: ServiceSlot;
  readonly comparator: ServiceSlot;
  readonly read: (topic: string) => Promise<readonly IncomingRecord[]>;
  /** Of a lane as a whole, in their order, with the records that they stand in. */
  divergence(
    lane: string,
  ): Promise<readonly { readonly value: Divergence; readonly record: IncomingRecord }[]>;
  /** Kafka's own tool, which takes only a group without members. */
  resetOffsets(group: string, how: readonly string[]): Promise<void>;
  /** The command to its end. @returns its standard output; rejects with its standard error otherwise */
  readonly understudy: (...args: readonly string[]) => Promise<string>;
  /** The logs are not needed: the test has passed. */
  removeLogs(): Promise<void>;
}

export const quotesLane = { experiment: 'quotes', shadow: 'heavy', run: 'live' } as const;
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const timeoutMs = 60_000;

export async function startQuotes(t: TestContext, options: QuotesOptions): Promise<QuotesStage> {
  // The last one first: services that have lost their cluster take long to end.
  const closing: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const close of closing.toReversed()) await close();
  });
  const cluster = await testCluster();
  closing.push(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), `understudy-${options.name}-`));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const processes = new ProcessGroup({ onExit: () => {} });
  closing.push(() => processes.stop());
  const file = join(folder, 'understudy.yaml');
  const prefix = `${options.name}-${randomBytes(4).toString('hex')}.`;
  const shadowUrl = await startShadow(t, options.decision);
  await writeFile(file, configText(prefix, { ...cluster, ...options, shadowUrl }));
  const config = loadConfig({ file, env: {} });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const metrics = createMetrics({ service: 'test' });
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  closing.push(() => streams.close());
  await setUpSharedTopics({ config, ...streams });
  const comparator = new ServiceSlot({ service: 'comparator', number: 0, processes, folder });
  const invoker = new ServiceSlot({ service: 'shadow-invoker', number: 0, processes, folder });
  await comparator.start();
  await invoker.start();
  await waitFor(() => comparator.isUp && invoker.isUp, { what: 'the services', timeoutMs });
  const topics = topicNames(prefix);
  const read = async (topic: string): Promise<readonly IncomingRecord[]> => {
    const records: IncomingRecord[] = [];
    for await (const record of readLog(streams.connection, { topic })) records.push(record);
    return records;
  };
  return {
    config,
    streams,
    topics,
    invoker,
    comparator,
    read,
    divergence: async (lane) => {
      const found: { value: Divergence; record: IncomingRecord }[] = [];
      for (const record of await read(topics.shared('divergence'))) {
        if (record.value === null || record.key?.toString() !== lane) continue;
        found.push({ value: await streams.registry.decode('divergence', record.value), record });
      }
      return found;
    },
    resetOffsets: async (group, how) => {
      const of = ['--group', prefix + group, '--reset-offsets', '--execute'];
      await kafkaConsumerGroups(processes, cluster.brokers, [...of, ...how]);
    },
    understudy: async (...args) => {
      const command = [main, ...args, '--config', file];
      return (await promisify(execFile)(process.execPath, command, { timeout: timeoutMs })).stdout;
    },
    removeLogs: () => rm(folder, { recursive: true }),
  };
}

/** An exchange as the gateway writes it. @returns its id, which is its key */
export function sendExchange(publisher: Publisher): string {
  const exchangeId = sendRequest(publisher, quotesLane.experiment);
  const body = Buffer.from('{"decision":"approved"}');
  publisher.response(exchangeId, {
    exchangeId,
    experiment: quotesLane.experiment,
    responseTime: Date.now(),
    result: {
      outcome: 'answered',
      answer: { ...json, status: 200, body, bodySize: body.length },
      latencyMs: 5,
      error: null,
    },
  });
  return exchangeId;
}

/** A request alone. @returns its id, which is its key */
export function sendRequest(publisher: Publisher, experiment: string): string {
  const exchangeId = randomUUID();
  // Equal bodies would be one finding.
  const body = Buffer.from(JSON.stringify({ quote: exchangeId }));
  publisher.request(exchangeId, {
    ...json,
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
  return exchangeId;
}

/** Twenty exchanges a second, for so many seconds. @returns their keys, when all are acknowledged */
export async function sendExchanges(
  { streams, config }: QuotesStage,
  seconds: number,
): Promise<readonly string[]> {
  const publisher = new Publisher(streams, config.kafka.prefix);
  const keys: string[] = [];
  const beat = setInterval(() => {
    if (keys.length < 20 * seconds) keys.push(sendExchange(publisher));
  }, 50);
  await waitFor(() => keys.length >= 20 * seconds, { what: 'the traffic', timeoutMs });
  clearInterval(beat);
  await publisher.close();
  return keys;
}

const json = { headers: { 'content-type': 'application/json' }, contentType: 'application/json' };

async function startShadow(t: TestContext, decision: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ decision }));
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
  of: QuotesOptions & {
    readonly brokers: readonly string[];
    readonly registryUrl: string;
    readonly shadowUrl: string;
  },
): string {
  const { brokers, registryUrl, shadowUrl, shadowTimeout, sessionTimeout, alerts } = of;
  // JSON is YAML.
  return JSON.stringify({
    kafka: { brokers, prefix, partitions, sessionTimeout },
    registry: { url: registryUrl },
    comparator: { port: 0 },
    alerts,
    experiments: [
      {
        name: quotesLane.experiment,
        route: { path: '/quotes' },
        production: { url: 'http://127.0.0.1:9', timeout: '1s' },
        window: '1s',
        shadows: [{ name: quotesLane.shadow, url: shadowUrl, timeout: shadowTimeout }],
        comparison: { kind: 'class', label: '/decision' },
        alerts: { latency: { p95Ratio: 'off' } },
      },
    ],
  });
}
