import type { Health, Logger, Metrics } from '@understudy/telemetry';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Lanes } from './lanes.ts';
import { laneSchema, lanesSchema } from './schemas.ts';

export interface ConsoleAppOptions {
  readonly lanes: Lanes;
  readonly ready: () => Health;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** It only answers questions: requests have no body worth mentioning. */
const limits = {
  bodyLimit: 16 * 1024,
  requestTimeout: 10_000,
  connectionTimeout: 60_000,
  routerOptions: { maxParamLength: 200 },
} as const;

const here = 'Here are /api/lanes, /api/lanes/(lane), /metrics, /healthz and /readyz.';

/**
 * The console without a port.
 *
 * - `GET /api/lanes` -> `{ lanes: LaneView[] }`, `GET /api/lanes/:lane` -> LaneView
 * - `GET /metrics`, `/healthz`, and `/readyz`: 503 until the log was read to where it ended at the start
 *
 * Whatever goes wrong is answered with `{ error, message }`.
 */
export function createConsoleApp({ lanes, ready, metrics, logger }: ConsoleAppOptions): FastifyInstance {
  const app = Fastify({ ...limits, forceCloseConnections: true });

  app.get('/api/lanes', { schema: lanesSchema }, () => ({ lanes: lanes.all() }));

  app.get<{ Params: { lane: string } }>('/api/lanes/:lane', { schema: laneSchema }, (request, reply) => {
    const found = lanes.get(request.params.lane);
    if (found !== null) return found;
    const names = lanes.all().map(({ lane }) => lane);
    const message =
      names.length === 0 ? 'No lane has closed a window yet.' : `There are these lanes: ${names.join(', ')}.`;
    return reply.code(404).send({ error: 'no-such-lane', message });
  });

  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/healthz', () => ({ ok: true, detail: {} }) satisfies Health);
  app.get('/readyz', (_request, reply) => {
    const health = ready();
    return reply.code(health.ok ? 200 : 503).send(health);
  });

  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'no-such-page', message: here }));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: 'bad-request', message: error.message });
    logger.error({ err: error }, 'a question could not be answered');
    return reply
      .code(500)
      .send({ error: 'console-failed', message: 'The console failed; its log says why.' });
  });
  return app;
}
