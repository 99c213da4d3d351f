import type { FastifyInstance, FastifyReply } from 'fastify';
import { count, laneParams, numberOrNull, object, problem, text } from '../schema-parts.ts';
import type { NoiseReport } from './noise-report.ts';

export interface NoiseRouteOptions {
  /** Null: the two are not lanes of one experiment. */
  readonly noiseReport: (lane: string, baseline: string) => Promise<NoiseReport | null>;
  readonly hasLane: (lane: string) => boolean;
  readonly noSuchLane: (reply: FastifyReply) => FastifyReply;
}

const excess = object({ estimate: numberOrNull, lower: { type: 'number' }, upper: { type: 'number' } });
const counted = { bothDiffer: count, shadowOnly: count, baselineOnly: count };

const schema = {
  params: laneParams,
  querystring: {
    type: 'object',
    required: ['baseline'],
    properties: { baseline: { type: 'string', maxLength: 122 } },
  },
  response: {
    200: object({
      lane: text,
      baseline: text,
      requests: count,
      missing: count,
      ...counted,
      excess,
      pValue: numberOrNull,
      paths: { type: 'array', items: object({ path: text, ...counted, excess, finding: text }) },
    }),
    '4xx': problem,
  },
};

/** `GET /api/lanes/:lane/noise-floor?baseline=LANE` -> NoiseReport */
export function addNoiseRoute(app: FastifyInstance, options: NoiseRouteOptions): void {
  const { hasLane, noSuchLane } = options;
  app.get<{ Params: { lane: string }; Querystring: { baseline: string } }>(
    '/api/lanes/:lane/noise-floor',
    { schema },
    async ({ params: { lane }, query: { baseline } }, reply) => {
      if (!hasLane(lane) || !hasLane(baseline)) return noSuchLane(reply);
      const report = await options.noiseReport(lane, baseline);
      if (report !== null) return report;
      const message =
        'A baseline is another lane of the same experiment, whose shadow is a second instance of production.';
      return reply.code(400).send({ error: 'no-baseline', message });
    },
  );
}
