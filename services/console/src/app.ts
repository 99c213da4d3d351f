import type { Health, Logger, Metrics } from '@understudy/telemetry';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { addApiRoutes, type ApiOptions } from './api-routes.ts';
import { EventStreams } from './event-streams.ts';
import { addGateRoutes, gatePaths } from './gates/gate-routes.ts';
import { ownHosts, type OwnHostsOptions } from './own-hosts.ts';
import { addPageRoutes } from './page-routes.ts';

export interface ConsoleAppOptions extends Omit<ApiOptions, 'events'> {
  /** Names under which it is asked; addresses and localhost are always among them. */
  readonly hosts: OwnHostsOptions;
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

/** For machines, which reach it by whatever name their network has for it; here is nothing of users' requests. */
const openToAnyHost: ReadonlySet<string> = new Set(['/metrics', '/healthz', '/readyz', ...gatePaths]);

const here =
  'Here are the page at /, /api/lanes, /api/lanes/(lane) with /history, /pairs, /labels, /export, /noise-floor and /verdict, /api/runs, ' +
  '/api/events, /api/gates/flagger/pass and /fail, /metrics, ' +
  '/healthz and /readyz.';

/**
 * The console without a port.
 *
 * - `GET /`: the page
 * - `GET /api/lanes` -> `{ lanes: LaneView[] }`, `GET /api/lanes/:lane` -> LaneView
 * - `GET /api/lanes/:lane/history?after=ms` -> `{ points: HistoryPoint[] }`, of windows that end after it
 * - `GET /api/lanes/:lane/pairs` -> `{ pairs: PairView[] }`, the least alike first
 * - `GET /api/lanes/:lane/labels` -> LabelsReport
 * - `GET /api/lanes/:lane/noise-floor?baseline=LANE` -> NoiseReport
 * - `GET /api/lanes/:lane/export?format=jsonl|parquet` -> pairs of the store, as a file
 * - `GET /api/runs` -> `{ runs: RunView[] }`: replays, the newest first
 * - `GET /api/events`: server-sent events: `lanes` and `runs` at first, then `lane`, `gone` and `runs` with each change
 * - `GET /api/lanes/:lane/verdict`, `POST /api/gates/flagger/pass` and `/fail`: for deployment tools (`gates/`)
 * - `GET /metrics`, `/healthz`, and `/readyz`: 503 until the log was read to where it ended at the start
 *
 * Whatever goes wrong is answered with `{ error, message }`: 403 where Host is a name that may be another site's, but for
 * the last ones.
 */
export function createConsoleApp(options: ConsoleAppOptions): FastifyInstance {
  const { ready, metrics, logger } = options;
  const app = Fastify({ ...limits, forceCloseConnections: true });
  const events = new EventStreams({ lanes: options.lanes, runs: options.runs, metrics });
  app.addHook('preClose', async () => events.close());

  const isOwnHost = ownHosts(options.hosts);
  app.addHook('onRequest', (request, reply, next) => {
    if (isOwnHost(request.headers.host) || openToAnyHost.has(request.routeOptions.url ?? '')) return next();
    const message =
      'The console is asked by a name that it does not know as its own. Add the name to console.hosts in ' +
      'understudy.yaml, or open the console by its address.';
    return reply.code(403).send({ error: 'unknown-host', message });
  });

  addPageRoutes(app);
  addApiRoutes(app, { ...options, events });
  addGateRoutes(app, options);

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
