import type { AddressInfo } from 'node:net';
import type { ConsoleConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { RunningService, ServiceContext } from '@understudy/service';
import { openStreams, setUpTopics } from '@understudy/streams';
import type { FastifyInstance } from 'fastify';
import { createConsoleApp } from './app.ts';
import { type Findings, followFindings } from './follow-findings.ts';
import { History } from './history.ts';
import { createLabelMetrics } from './labels/label-metrics.ts';
import { Labels } from './labels/labels.ts';
import { Lanes } from './lanes.ts';
import type { Reading } from './reading.ts';
import { createReadingMetrics } from './reading-metrics.ts';
import { Runs } from './runs.ts';
import { watchWaiting } from './waiting.ts';
import { startWebhooks } from './webhooks/start-webhooks.ts';
import { WorstPairs } from './worst-pairs.ts';

/**
 * Starts the console: what divergence, alerts, comparisons and labels say, as a page and over HTTP. It
 * listens first, and says that it is not ready until it has read the log.
 *
 * @throws Error that says what to change, if the port can't be had
 */
export async function startConsole(context: ServiceContext): Promise<RunningService> {
  const { config, logger, metrics, onOver } = context;
  const {
    experiments,
    console: { host, hosts },
  } = config;
  const labels = new Labels({ experiments, metrics: createLabelMetrics(metrics) });
  const pairs = new WorstPairs();
  const lanes = new Lanes(
    (lane) => labels.accuracyOf(lane),
    (lane) => pairs.added(lane),
  );
  const runs = new Runs();
  const findings: Findings = { runs, lanes, history: new History(), pairs, labels };
  const comparisons = new Map(experiments.map(({ name, comparison }) => [name, comparison]));
  let following: Reading | null = null;
  const ready: RunningService['ready'] = () =>
    following?.ready() ?? { ok: false, detail: { log: 'not connected yet' } };
  const app = createConsoleApp({
    ...findings,
    comparisons,
    hosts: { listensOn: host, named: hosts, link: config.alerts.link },
    ready,
    metrics,
    logger,
  });
  const address = await listen(app, config.console);
  try {
    const streams = await openStreams({ config, service: 'console', logger, metrics });
    await setUpTopics({ config, ...streams });
    const names = topicNames(config.kafka.prefix);
    const reading = { ...streams, metrics: createReadingMetrics(metrics), logger, onOver };
    const followed = followFindings({ ...reading, names, config, findings });
    following = followed;
    const closing = new AbortController();
    const watching = { ...reading, runs, lanes, topic: names.shared('requests'), signal: closing.signal };
    void watchWaiting(watching).catch(onOver);
    const webhooks = await startWebhooks(context, streams);
    logger.info({ address }, 'listening');
    return {
      address,
      ready,
      close: async () => {
        closing.abort();
        await app.close();
        await Promise.all([followed.close(), webhooks.close()]);
        await streams.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
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
