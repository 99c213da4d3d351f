import type { LossReport } from '@understudy/client/recording';
import type { Health, Metrics } from '@understudy/telemetry';
import type { FastifyPluginAsync } from 'fastify';
import type { GatewayMetrics } from './gateway-metrics.ts';

/** No experiment's route begins with this. */
export const ownPrefix = '/-/';

/** What the gateway says of itself. */
export interface OwnSources {
  readonly queue: { readonly records: number; readonly bytes: number };
  report(): LossReport;
  /** Why exchanges can't be published since the start; null when they can. */
  obstacle(): { readonly reason: string; readonly message: string } | null;
}

export interface OwnRoutesOptions {
  readonly metrics: Metrics;
  readonly gatewayMetrics: GatewayMetrics;
  readonly sources: OwnSources;
}

/**
 * `/-/metrics`, `/-/healthz`, `/-/readyz`, `/-/losses`. Ready means that callers are answered: whoever balances load
 * by it must not take production away from its users because Kafka is down. The detail says whether events are.
 */
export function ownRoutes({ metrics, gatewayMetrics, sources }: OwnRoutesOptions): FastifyPluginAsync {
  return async (app) => {
    app.get(`${ownPrefix}metrics`, async (_request, reply) => {
      gatewayMetrics.refresh(sources.queue);
      return reply.type(metrics.contentType).send(await metrics.text());
    });
    app.get(`${ownPrefix}healthz`, () => ({ ok: true, detail: {} }) satisfies Health);
    app.get(`${ownPrefix}readyz`, () => readiness(sources));
    app.get(`${ownPrefix}losses`, () => sources.report());
  };
}

export function readiness(sources: OwnSources): Health {
  const obstacle = sources.obstacle();
  return { ok: true, detail: { events: obstacle === null ? 'published' : 'waiting', obstacle } };
}
