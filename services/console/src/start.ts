import type { AddressInfo } from 'node:net';
import type { Config, ConsoleConfig } from '@understudy/config';
import { type Lane, laneName, topicNames } from '@understudy/domain';
import type { RunningService, ServiceContext } from '@understudy/service';
import { openStreams, setUpTopics } from '@understudy/streams';
import type { FastifyInstance } from 'fastify';
import { createConsoleApp } from './app.ts';
import { ComparisonFeed } from './comparison-feed.ts';
import { type FollowedLanes, followLanes } from './follow-lanes.ts';
import { followLabels } from './labels/follow-labels.ts';
import { createLabelMetrics } from './labels/label-metrics.ts';
import { Labels } from './labels/labels.ts';
import { Lanes } from './lanes.ts';
import { createReadingMetrics } from './reading-metrics.ts';

/**
 * Starts the console: what the divergence topic says, over HTTP. It listens first, and says that it is not ready
 * until it has read the log.
 *
 * @throws Error that says what to change, if the port can't be had
 */
export async function startConsole(context: ServiceContext): Promise<RunningService> {
  const { config, logger, metrics, onOver } = context;
  const { experiments } = config;
  const labels = new Labels({ experiments, metrics: createLabelMetrics(metrics) });
  const lanes = new Lanes((lane) => labels.accuracyOf(lane));
  let following: FollowedLanes | null = null;
  const ready: RunningService['ready'] = () =>
    following?.ready() ?? { ok: false, detail: { log: 'not connected yet' } };
  const app = createConsoleApp({ lanes, ready, metrics, logger });
  const address = await listen(app, config.console);
  try {
    const streams = await openStreams({ config, service: 'console', logger, metrics });
    await setUpTopics({ config, ...streams });
    const names = topicNames(config.kafka.prefix);
    const reading = { ...streams, metrics: createReadingMetrics(metrics), logger, onOver };
    const followed = followLanes({ ...reading, topic: names.shared('divergence'), lanes });
    const feed = new ComparisonFeed({ ...reading, topics: comparisonTopics(config) });
    const followedLabels = followLabels({ ...reading, topic: names.shared('labels'), feed, labels });
    feed.start();
    following = followed;
    logger.info({ address }, 'listening');
    return {
      address,
      ready,
      close: async () => {
        await app.close();
        await Promise.all([followed.close(), feed.close(), followedLabels.close()]);
        await streams.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** By lane. */
function comparisonTopics({ kafka, experiments }: Config): ReadonlyMap<string, string> {
  const names = topicNames(kafka.prefix);
  const lanes = experiments.flatMap(({ name: experiment, shadows }) =>
    shadows.map(({ name: shadow }): Lane => ({ experiment, shadow, run: 'live' })),
  );
  return new Map(lanes.map((lane) => [laneName(lane), names.comparisons(lane)]));
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
