import { randomUUID } from 'node:crypto';
import { startComparator } from '@understudy/comparator';
import { type Config, parseConfig } from '@understudy/config';
import { startConsole } from '@understudy/console';
import { changeRun, partitionOf, openStreams, PartitionSender, runsOf } from '@understudy/streams';
import { laneName, topicNames } from '@understudy/domain';
import {
  type Applicant,
  createModelServer,
  loadModel,
  type ModelName,
  toApplication,
} from '@understudy/example-mortgage';
import { startGateway } from '@understudy/gateway';
import { type Alert, liveRun } from '@understudy/schemas-avro';
import type { ServiceContext } from '@understudy/service';
import { startInvoker } from '@understudy/shadow-invoker';
import { createLogger, createMetrics } from '@understudy/telemetry';
import type { TestCluster } from '../support/cluster.ts';

/** Every service and the example's models in this process, on a cluster that others use too. */
export interface MortgagePipeline {
  /** Its console; `console()` after a restart is another one at the same address. */
  readonly consoleAddress: string;
  /** Sends applications, some at a time, and resolves when all are answered. */
  send(applicants: readonly ToSend[]): Promise<void>;
  /** Begins a replay of `mortgage.boosted` over the windows between two boundaries, ms since the epoch. */
  replay(run: string, bounds: { readonly start: number; readonly end: number }): Promise<void>;
  /** Writes to the topic of the alerts. */
  alert(alert: Alert): Promise<void>;
  stopConsole(): Promise<void>;
  startConsole(): Promise<void>;
  close(): Promise<void>;
}

/** An application and the caller's id for it. */
export interface ToSend {
  readonly id: string;
  readonly applicant: Applicant;
}

const atOnce = 16;
const host = '127.0.0.1';

export async function startMortgagePipeline(cluster: TestCluster): Promise<MortgagePipeline> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closing.toReversed()) await each();
  };

  async function serveModel(name: ModelName): Promise<string> {
    const app = createModelServer(loadModel(name));
    closing.push(() => app.close());
    return app.listen({ host, port: 0 });
  }

  try {
    const urls = {
      production: await serveModel('production'),
      boosted: await serveModel('shadow'),
      repaired: await serveModel('shadow-repaired'),
    };
    const config = configFor(cluster, urls);
    const gateway = await startGateway(contextOf('gateway', config));
    closing.push(() => gateway.close());
    const invoker = await startInvoker(contextOf('shadow-invoker', config));
    closing.push(() => invoker.close());
    const comparator = await startComparator(contextOf('comparator', config));
    closing.push(() => comparator.close());
    let pages = await startConsole(contextOf('console', config));
    closing.push(() => pages.close());
    const consoleAddress = pages.address ?? '';
    const port = Number(new URL(consoleAddress).port);

    return {
      consoleAddress,
      send: (applicants) => sendAll(`${gateway.address}/predict`, applicants),
      replay: (run, bounds) => recordReplay(config, run, bounds),
      alert: (alert) => writeAlert(config, alert),
      stopConsole: () => pages.close(),
      startConsole: async () => {
        pages = await startConsole(contextOf('console', { ...config, console: { ...config.console, port } }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function configFor(
  { brokers, registryUrl }: TestCluster,
  urls: { readonly production: string; readonly boosted: string; readonly repaired: string },
): Config {
  const text = `
kafka: { brokers: [${brokers.join(', ')}], prefix: page-${randomUUID().slice(0, 8)}., partitions: 2 }
registry: { url: '${registryUrl}' }
gateway: { port: 0 }
console: { port: 0, store: { path: memory } }
experiments:
  - name: mortgage
    route: { method: POST, path: /predict }
    production: { url: '${urls.production}' }
    shadows:
      - { name: boosted, url: '${urls.boosted}', timeout: 5s }
      - { name: repaired, url: '${urls.repaired}', timeout: 5s }
    window: 1s
    comparison: { kind: class, label: /decision, score: /score }
    segments:
      - { field: /self_employed, values: ['yes', 'no'] }
      - { field: /single, values: ['yes', 'no'] }
`;
  return parseConfig({ text, file: 'understudy.yaml', env: {} });
}

function contextOf(service: string, config: Config): ServiceContext {
  return {
    config,
    logger: createLogger({ service, level: 'fatal' }),
    metrics: createMetrics({ service }),
    onOver: (error) => {
      throw error;
    },
  };
}

async function sendAll(url: string, applicants: readonly ToSend[]): Promise<void> {
  const waiting = [...applicants];
  const sendSome = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': next.id },
        body: JSON.stringify({ ...toApplication(next.applicant), applicant_id: next.id }),
      });
      if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendSome));
}

async function recordReplay(
  config: Config,
  run: string,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<void> {
  const { logger, metrics } = contextOf('test', config);
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  const lane = { experiment: 'mortgage', shadow: 'boosted', run };
  try {
    await changeRun(runsOf({ config, ...streams }), lane, () => ({
      ...liveRun({ lane: laneName(lane), start, windowMs: 1_000, recorded: Date.now() }),
      kind: 'replay',
      end,
      alerts: false,
    }));
  } finally {
    await streams.close();
  }
}

async function writeAlert(config: Config, alert: Alert): Promise<void> {
  const { logger, metrics } = contextOf('test', config);
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 1, maxQueuedBytes: 100_000 });
  try {
    const topic = topicNames(config.kafka.prefix).shared('alerts');
    await streams.registry.register('alert', topic);
    const value = streams.registry.encoder('alert', topic)(alert);
    const partition = partitionOf(alert.lane, config.kafka.partitions);
    await sender.send({ topic, partition, key: alert.identity, value });
  } finally {
    await sender.close({ graceMs: 5_000 });
    await streams.close();
  }
}
