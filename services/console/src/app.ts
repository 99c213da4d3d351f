import type { Health, Logger, Metrics } from '@understudy/telemetry';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { addApiRoutes, type ApiOptions } from './api-routes.ts';
import { EventStreams } from './event-streams.ts';
import { addPageRoutes } from './page-routes.ts';

export interface ConsoleAppOptions extends Omit<ApiOptions, 'events'> {
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

const here =
  'Here are the page at /, /api/lanes, /api/lanes/(lane) with /history and /pairs, /api/events, /metrics, /healthz ' +
  'and /readyz.';

/**
 * The console without a port.
 *
 * - `GET /`: the page
 * - `GET /api/lanes` -> `{ lanes: LaneView[] }`, `GET /api/lanes/:lane` -> LaneView
 * - `GET /api/lanes/:lane/history?after=ms` -> `{ points: HistoryPoint[] }`, of windows that end after it
 * - `GET /api/lanes/:lane/pairs` -> `{ pairs: PairView[] }`, the least alike first
 * - `GET /api/events`: server-sent events, `lanes` at first and `lane` with each change
 * - `GET /metrics`, `/healthz`, and `/readyz`: 503 until the log was read to where it ended at the start
 *
 * Whatever goes wrong is answered with `{ error, message }`.
 */
export function createConsoleApp(options: ConsoleAppOptions): FastifyInstance {
  const { ready, metrics, logger } = options;
  const app = Fastify({ ...limits, forceCloseConnections: true });
  const events = new EventStreams({ lanes: options.lanes, metrics });
  app.addHook('preClose', async () => events.close());

  addPageRoutes(app);
  addApiRoutes(app, { ...options, events });

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
