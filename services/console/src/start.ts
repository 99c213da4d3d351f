import type { AddressInfo } from 'node:net';
import type { ConsoleConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { RunningService, ServiceContext } from '@understudy/service';
import { openStreams, setUpSharedTopics } from '@understudy/streams';
import type { FastifyInstance } from 'fastify';
import { createConsoleApp } from './app.ts';
import { type FollowedLanes, followLanes } from './follow-lanes.ts';
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
  const lanes = new Lanes();
  let following: FollowedLanes | null = null;
  const ready: RunningService['ready'] = () =>
    following?.ready() ?? { ok: false, detail: { log: 'not connected yet' } };
  const app = createConsoleApp({ lanes, ready, metrics, logger });
  const address = await listen(app, config.console);
  try {
    const streams = await openStreams({ config, service: 'console', logger, metrics });
    await setUpSharedTopics({ config, ...streams });
    const topic = topicNames(config.kafka.prefix).shared('divergence');
    const reading = { ...streams, metrics: createReadingMetrics(metrics), logger, onOver };
    const followed = followLanes({ ...reading, topic, lanes });
    following = followed;
    logger.info({ address }, 'listening');
    return {
      address,
      ready,
      close: async () => {
        await app.close();
        await followed.close();
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
