import type { AddressInfo } from 'node:net';
import type { ConsoleConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { RunningService, ServiceContext } from '@understudy/service';
import { openStreams, setUpTopics, type Streams } from '@understudy/streams';
import type { FastifyInstance } from 'fastify';
import { createConsoleApp } from './app.ts';
import { Exports } from './export/exports.ts';
import { followFindings } from './follow-findings.ts';
import { History } from './history.ts';
import { labelledExperiments } from './labels/judged-pairs.ts';
import { createLabelMetrics } from './labels/label-metrics.ts';
import { Labels } from './labels/labels.ts';
import { Lanes } from './lanes.ts';
import { noiseFloor } from './noise/noise-floor.ts';
import type { Reading } from './reading.ts';
import { createReadingMetrics } from './reading-metrics.ts';
import { Runs } from './runs.ts';
import { openConsoleStore } from './store/console-store.ts';
import { watchWaiting } from './waiting.ts';
import { startWebhooks } from './webhooks/start-webhooks.ts';
import { WorstPairs } from './worst-pairs.ts';

/**
 * Starts the console: what divergence, alerts, comparisons and labels say, as a page and over HTTP. It
 * listens first, and says that it is not ready until it has read the log.
 *
 * @throws Error that says what to change, if the port or the store's file can't be had
 */
export async function startConsole(context: ServiceContext): Promise<RunningService> {
  const { config, logger, metrics, onOver } = context;
  const { host, hosts } = config.console;
  let labels: Labels | null = null;
  let pairsInStore: Exports | null = null;
  let askNoise: ReturnType<typeof noiseFloor> | null = null;
  const pairs = new WorstPairs();
  const lanes = new Lanes(
    (lane) => labels?.of(lane) ?? null,
    (lane) => pairs.added(lane),
  );
  const shown: Shown = { runs: new Runs(), lanes, history: new History(), pairs };
  const comparisons = new Map(config.experiments.map(({ name, comparison }) => [name, comparison]));
  let following: Reading | null = null;
  const ready: RunningService['ready'] = () =>
    following?.ready() ?? { ok: false, detail: { log: 'not connected yet' } };
  const app = createConsoleApp({
    ...shown,
    comparisons,
    labelsReport: async (lane) => (await labels?.report(lane)) ?? null,
    noiseReport: async (lane, baseline) => (await askNoise?.(lane, baseline)) ?? null,
    exportPairs: async (format, selection) => (await pairsInStore?.begin(format, selection)) ?? null,
    hosts: { listensOn: host, named: hosts, link: config.alerts.link },
    ready,
    metrics,
    logger,
  });
  const address = await listen(app, config.console);
  try {
    const streams = await openStreams({ config, service: 'console', logger, metrics });
    await setUpTopics({ config, ...streams });
    const followed = await followFromStore(context, { streams, shown });
    ({ labels, exports: pairsInStore, noise: askNoise, reading: following } = followed);
    const closing = new AbortController();
    const topic = topicNames(config.kafka.prefix).shared('requests');
    const watching = { ...streams, runs: shown.runs, lanes, topic, logger, signal: closing.signal };
    void watchWaiting(watching).catch(onOver);
    const webhooks = await startWebhooks(context, streams);
    logger.info({ address }, 'listening');
    return {
      address,
      ready,
      close: async () => {
        closing.abort();
        await app.close();
        await Promise.all([followed.reading.close(), webhooks.close()]);
        await streams.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** What is at hand without the store. */
interface Shown {
  readonly runs: Runs;
  readonly lanes: Lanes;
  readonly history: History;
  readonly pairs: WorstPairs;
}

/** What asks the store, and what fills it. */
interface FollowedStore {
  readonly reading: Reading;
  readonly labels: Labels;
  readonly exports: Exports;
  readonly noise: ReturnType<typeof noiseFloor>;
}

/** Opens the store, and reads on from where it is; closing the reading closes both. */
async function followFromStore(
  { config, logger, metrics, onOver }: ServiceContext,
  { streams, shown }: { readonly streams: Streams; readonly shown: Shown },
): Promise<FollowedStore> {
  const experiments = labelledExperiments(config.experiments);
  const labelMetrics = createLabelMetrics(metrics);
  const store = await openConsoleStore({ config, ...streams, metrics, logger, onOver });
  const labels = new Labels({
    connection: await store.connect(),
    experiments,
    sinceOf: (lane) => shown.lanes.since(lane),
    onChanged: (lane) => shown.lanes.labelsChanged(lane),
    metrics: labelMetrics,
    onOver,
  });
  store.writer.listen((batch) => labels.stored(batch));
  const connection = await store.connect();
  const followed = followFindings({
    ...streams,
    config,
    names: topicNames(config.kafka.prefix),
    metrics: createReadingMetrics(metrics),
    logger,
    onOver,
    findings: { ...shown, labels },
    store: { writer: store.writer, connection },
    experiments,
    labelMetrics,
  });
  const close = async (): Promise<void> => {
    await followed.close();
    await labels.close();
    connection.closeSync();
    await store.close();
  };
  return {
    reading: { ready: () => followed.ready(), close },
    labels,
    exports: new Exports(() => store.connect()),
    noise: noiseFloor({
      connect: () => store.connect(),
      experiments: config.experiments,
      sinceOf: (lane) => shown.lanes.since(lane),
    }),
  };
}

async function listen(app: FastifyInstance, { host, port }: ConsoleConfig): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const fault = code === 'EADDRINUSE' ? 'the port is in use' : code;
    const advice = 'stop what uses it, or set console.port in understudy.yaml (0 takes any free one)';
    throw new Error(`The console can't listen on ${host}, port ${port}: ${fault}; ${advice}.`, {
      cause: error,
    });
  }
  const { address, family, port: taken } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}
