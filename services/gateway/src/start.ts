import type { AddressInfo } from 'node:net';
import { prepareOutlet, Publisher } from '@understudy/client/recording';
import type { Config } from '@understudy/config';
import type { Health, Logger, Metrics } from '@understudy/telemetry';
import type { FastifyInstance } from 'fastify';
import { createGatewayApp } from './app.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { readiness } from './own-routes.ts';

export interface StartGatewayOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface RunningGateway {
  /** `http://host:port`, with the port that was taken. */
  readonly address: string;
  /** Always ok while it runs; the detail says whether events are published. */
  ready(): Health;
  /** Answers the requests it has, then publishes what is pending; each within some seconds. Later calls do nothing. */
  close(): Promise<void>;
}

const answerGraceMs = 8_000;
const publishGraceMs = 5_000;

/**
 * Starts the gateway. Resolves when it listens; Kafka and the registry are looked for meanwhile and afterwards.
 * Rejects if the port can't be had, with what to change.
 */
export async function startGateway({
  config,
  logger,
  metrics,
}: StartGatewayOptions): Promise<RunningGateway> {
  const gatewayMetrics = createGatewayMetrics(metrics);
  const opening = prepareOutlet({ config, clientId: 'understudy-gateway', logger });
  const limits = config.gateway.queue;
  const publisher = new Publisher({ opening, limits, metrics: gatewayMetrics, logger });
  const app = createGatewayApp({ config, capture: publisher, logger, metrics, gatewayMetrics });
  try {
    await listen(app, config.gateway);
  } catch (error) {
    await Promise.all([app.close(), publisher.close({ graceMs: 0 })]);
    throw error;
  }
  opening.start();
  const { host } = config.gateway;
  const { port } = app.server.address() as AddressInfo;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  logger.info({ address, experiments: config.experiments.map(({ name }) => name) }, 'listening');

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    const cut = setTimeout(() => app.server.closeAllConnections(), answerGraceMs);
    await app.close();
    clearTimeout(cut);
    await publisher.close({ graceMs: publishGraceMs });
  }
  return { address, ready: () => readiness(publisher), close: () => (closing ??= close()) };
}

async function listen(app: FastifyInstance, { host, port }: Config['gateway']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new Error(`The gateway can't listen on ${host}, port ${port}: ${reason}.`, { cause: error });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set gateway.port to another one, or stop what uses it',
  EACCES: 'the port is not allowed to this user; set gateway.port to one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; set gateway.host to one it has',
  ENOTFOUND: 'there is no such host; set gateway.host to an address of this machine',
};
