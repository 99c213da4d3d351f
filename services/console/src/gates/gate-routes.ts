import { laneName } from '@understudy/domain';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Lanes } from '../lanes.ts';
import type { Runs } from '../runs.ts';
import type { LaneView } from '../views.ts';
import { type GateView, gateView } from './gate.ts';
import { gateSchema, webhookSchema } from './gate-schemas.ts';

export interface GateRoutesOptions {
  readonly lanes: Lanes;
  readonly runs: Runs;
  /** Default the clock's. */
  readonly now?: () => number;
}

/** For deployment tools: they reach the console by whatever name their network has for it. */
export const gatePaths: readonly string[] = [
  '/api/lanes/:lane/verdict',
  '/api/gates/flagger/pass',
  '/api/gates/flagger/fail',
];

const defaultMaxAgeS = 3600;

/** What Flagger sends to a webhook, as far as it is read here; `metadata` is the user's own. */
interface FlaggerBody {
  readonly metadata: { readonly lane: string; readonly maxAge?: string };
}

/**
 * The verdict in the forms that deployment tools poll.
 *
 * - `GET /api/lanes/:lane/verdict?maxAge=3600` -> GateView: a web metric of Argo Rollouts takes `{$.verdict}` from it
 * - `POST /api/gates/flagger/pass`: a webhook of Flagger that goes on with 200 where the lane passes; else 403
 * - `POST /api/gates/flagger/fail`: the same where it fails, for a webhook that rolls back
 */
export function addGateRoutes(
  app: FastifyInstance,
  { lanes, runs, now = Date.now }: GateRoutesOptions,
): void {
  const gateOf = (lane: string, maxAgeS: number): GateView | null => {
    const view = lanes.get(lane) ?? liveLane(lane);
    if (view === null) return null;
    return gateView(view, { run: runs.get(view.lane), nowMs: now(), maxAgeMs: maxAgeS * 1000 });
  };

  app.get<{ Params: { lane: string }; Querystring: { maxAge: number } }>(
    '/api/lanes/:lane/verdict',
    { schema: gateSchema },
    ({ params, query }, reply) => gateOf(params.lane, query.maxAge) ?? noVerdict(reply, params.lane),
  );

  for (const wanted of ['pass', 'fail'] as const)
    app.post<{ Body: FlaggerBody }>(
      `/api/gates/flagger/${wanted}`,
      { schema: webhookSchema },
      ({ body: { metadata } }, reply) => {
        const gate = gateOf(metadata.lane, Number(metadata.maxAge ?? defaultMaxAgeS));
        if (gate === null) return noVerdict(reply, metadata.lane);
        return reply.code(gate.verdict === wanted ? 200 : 403).send(gate);
      },
    );

  /** `experiment.shadow`, without a run, is the newest live one: a reset of offsets gives it another name. */
  function liveLane(name: string): LaneView | null {
    const [experiment = '', shadow = '', ...more] = name.split('.');
    if (more.length > 0) return null;
    const live = runs.liveBeside(laneName({ experiment, shadow, run: 'live' }));
    return live === null ? null : lanes.get(live.lane);
  }
}

/** Not a pass: a tool that asks for a lane by a wrong name must not go on. */
function noVerdict(reply: FastifyReply, lane: string): FastifyReply {
  const message = `${lane} has no verdict: no such lane has closed a window. GET /api/lanes names those that have.`;
  return reply.code(404).send({ error: 'no-such-lane', message });
}
