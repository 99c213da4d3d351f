import replyFrom from '@fastify/reply-from';
import { exchangeIdHeader } from '@understudy/client/recording';
import type { Config, ExperimentConfig } from '@understudy/config';
import type { Logger, Metrics } from '@understudy/telemetry';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { type ExchangeCapture, experimentRoute } from './experiment-route.ts';
import { createGatewayMetrics, type GatewayMetrics } from './gateway-metrics.ts';
import { type OwnSources, ownPrefix, ownRoutes } from './own-routes.ts';
import { ProductionCalls } from './production-calls.ts';
import { takeRawBodies } from './raw-bodies.ts';

export interface GatewayAppOptions {
  readonly config: Pick<Config, 'gateway' | 'experiments'>;
  readonly capture: ExchangeCapture & OwnSources;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Default: made of `metrics`. */
  readonly gatewayMetrics?: GatewayMetrics;
}

/** For a caller that sends its request slowly. */
const requestTimeoutMs = 120_000;

/** The gateway without a port: the experiments' routes, its own under `/-/`, and an answer for everything else. */
export function createGatewayApp(options: GatewayAppOptions): FastifyInstance {
  const { config, capture, logger, metrics } = options;
  const { maxBodyBytes, captureBytes } = config.gateway;
  const gatewayMetrics = options.gatewayMetrics ?? createGatewayMetrics(metrics);
  const calls = new ProductionCalls();
  const app = Fastify({
    // A line for every failed call would be written, and waited for, while production is down: failures are counted.
    loggerInstance: logger.child({}, { level: logger.isLevelEnabled('error') ? 'error' : 'silent' }),
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: requestTimeoutMs,
  }) as unknown as FastifyInstance;

  takeRawBodies(app);
  app.decorateRequest('answer', null);
  app.addHook('onClose', () => calls.close());
  void app.register(replyFrom, { undici: calls.forReplyFrom, disableRequestLogging: true });
  void app.register(ownRoutes({ metrics, gatewayMetrics, sources: capture }));
  void app.register(async (routes) => {
    for (const experiment of config.experiments) {
      checkNotReserved(experiment);
      routes.route(
        experimentRoute(experiment, { capture, calls, metrics: gatewayMetrics, maxBodyBytes, captureBytes }),
      );
    }
  });
  app.setNotFoundHandler((request, reply) => notFound(request, reply, config.experiments));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    answerError({ error, request, reply, maxBodyBytes, logger });
  });
  return app;
}

function checkNotReserved({ name, route }: ExperimentConfig): void {
  if (!route.path.startsWith(ownPrefix)) return;
  throw new Error(
    `experiment ${name}: route.path ${route.path} begins with ${ownPrefix}, which is the gateway's own`,
  );
}

function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  experiments: readonly ExperimentConfig[],
): FastifyReply {
  return reply.code(404).send({
    error: 'no-such-route',
    message: `${request.method} ${request.url.split('?', 1)[0]} belongs to no experiment.`,
    routes: experiments.map(({ name, route }) => ({
      experiment: name,
      method: route.method,
      path: route.path,
    })),
  });
}

interface Mishap {
  readonly error: FastifyError;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly maxBodyBytes: number;
  readonly logger: Logger;
}

function answerError({ error, request, reply, maxBodyBytes, logger }: Mishap): FastifyReply {
  if (request.answer !== null) {
    const failure = request.answer.fail(error);
    const exchangeId = reply.getHeader(exchangeIdHeader);
    for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name); // Of an answer that never came.
    const { status, ...body } = failure.reply;
    return reply
      .code(status)
      .header(exchangeIdHeader, exchangeId)
      .send({ ...body, exchangeId });
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const message = `The body is larger than ${maxBodyBytes} bytes (gateway.maxBodyBytes).`;
    return reply.code(413).send({ error: 'body-too-large', message });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return reply.code(error.statusCode).send({ error: 'bad-request', message: error.message });
  }
  logger.error({ err: error }, 'a request failed in the gateway');
  return reply
    .code(500)
    .send({ error: 'gateway-failed', message: 'The gateway itself failed; its log says why.' });
}
