import type { ComparisonConfig } from '@understudy/config';
import { laneOf } from '@understudy/domain';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { addExportRoute, type ExportRouteOptions } from './export/export-route.ts';
import type { EventStreams } from './event-streams.ts';
import type { History } from './history.ts';
import type { Lanes } from './lanes.ts';
import { addNoiseRoute, type NoiseRouteOptions } from './noise/noise-route.ts';
import { pairView } from './pair-view.ts';
import { runViews } from './run-view.ts';
import type { Runs } from './runs.ts';
import { labelsSchema } from './labels-schema.ts';
import { historySchema, laneSchema, lanesSchema, pairsSchema, runsSchema } from './schemas.ts';
import type { LabelsReport } from './views.ts';
import type { WorstPairs } from './worst-pairs.ts';

export interface ApiOptions
  extends Pick<ExportRouteOptions, 'exportPairs'>, Pick<NoiseRouteOptions, 'noiseReport'> {
  readonly lanes: Lanes;
  readonly runs: Runs;
  readonly history: History;
  readonly pairs: WorstPairs;
  readonly events: EventStreams;
  /** All that labels say of a lane; null: its answers can't be labelled. */
  readonly labelsReport: (lane: string) => Promise<LabelsReport | null>;
  /** How answers are compared, by experiment: which of their values a pair is put into words with. */
  readonly comparisons: ReadonlyMap<string, ComparisonConfig>;
}

interface OfLane {
  readonly Params: { readonly lane: string };
}

/** What the log says, as JSON; nothing here changes anything. */
export function addApiRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { lanes, runs, history, pairs, events, comparisons } = options;

  app.get('/api/runs', { schema: runsSchema }, () => ({ runs: runViews(runs, lanes) }));

  app.get('/api/lanes', { schema: lanesSchema }, () => ({ lanes: lanes.all() }));

  app.get<OfLane>(
    '/api/lanes/:lane',
    { schema: laneSchema },
    ({ params }, reply) => lanes.get(params.lane) ?? noSuchLane(reply),
  );

  app.get<OfLane & { Querystring: { after: number } }>(
    '/api/lanes/:lane/history',
    { schema: historySchema },
    ({ params, query }, reply) =>
      lanes.get(params.lane) === null
        ? noSuchLane(reply)
        : { points: history.points(params.lane, query.after) },
  );

  app.get<OfLane>('/api/lanes/:lane/pairs', { schema: pairsSchema }, ({ params }, reply) => {
    const view = lanes.get(params.lane);
    if (view === null) return noSuchLane(reply);
    const comparison = comparisons.get(laneOf(view.lane)?.experiment ?? '') ?? null;
    const worst = pairs.of(view.lane, view.since ?? view.windowEnd);
    return { pairs: worst.map((pair) => pairView(pair, comparison)) };
  });

  app.get<OfLane>('/api/lanes/:lane/labels', { schema: labelsSchema }, async ({ params }, reply) => {
    if (lanes.get(params.lane) === null) return noSuchLane(reply);
    const report = await options.labelsReport(params.lane);
    if (report !== null) return report;
    const message =
      'Answers of this lane are compared as a whole: there is no one value that a label could name.';
    return reply.code(404).send({ error: 'no-labels', message });
  });

  const hasLane = (lane: string): boolean => lanes.get(lane) !== null;
  addExportRoute(app, { exportPairs: options.exportPairs, hasLane, noSuchLane });
  addNoiseRoute(app, { noiseReport: options.noiseReport, hasLane, noSuchLane });

  app.get('/api/events', (_request, reply) => {
    if (!events.open(reply.raw)) {
      const message = 'Too many pages are open on this console; close one, or start another console.';
      return reply.code(503).header('retry-after', '10').send({ error: 'too-many-streams', message });
    }
    return reply.hijack();
  });

  function noSuchLane(reply: FastifyReply): FastifyReply {
    const names = lanes.names();
    const message =
      names.length === 0 ? 'No lane has closed a window yet.' : `There are these lanes: ${names.join(', ')}.`;
    return reply.code(404).send({ error: 'no-such-lane', message });
  }
}
