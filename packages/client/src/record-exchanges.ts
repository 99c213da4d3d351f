import type { RouteConfig } from '@understudy/config';
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Producer } from './producer.ts';
import { Watch } from './watch.ts';

export interface RecordExchangesOptions {
  /** Closed with the app. */
  readonly producer: Producer;
  /** The app's routes to record, by the path they were declared with (`/predict/:id`). Default: the experiment's. */
  readonly routes?: readonly RouteConfig[];
}

/**
 * A fastify plugin that records what the routes declared after it are asked and what they answer, as it passes:
 * answers in streams are not gathered, and nothing is changed or held up.
 *
 *     await app.register(recordExchanges, { producer });
 *     app.post('/predict', predict);
 *
 * Not recorded: requests that the app turns away before it has read their body (by an onRequest hook, or as too large),
 * and copies that were sent to this service as a shadow. An answer that the caller did not wait for, or that was sent
 * past fastify (`hijack`), is recorded as production's failure.
 */
export const recordExchanges: FastifyPluginCallback<RecordExchangesOptions> = fastifyPlugin(addHooks, {
  name: '@understudy/client',
  fastify: '5.x',
});

function addHooks(
  app: FastifyInstance,
  { producer, routes = [producer.experiment.route] }: RecordExchangesOptions,
  done: () => void,
): void {
  const watches = new WeakMap<FastifyRequest, Watch>();
  const isRecorded = ({ method, routeOptions }: FastifyRequest): boolean =>
    routes.some((route) => route.method === method && route.path === routeOptions.url);

  app.addHook('preParsing', (request, reply, payload, next) => {
    if (!isRecorded(request)) {
      next(null, payload);
      return;
    }
    const watch = new Watch(producer, request, reply);
    watches.set(request, watch);
    next(null, watch.request(payload));
  });
  app.addHook('onSend', (request, _reply, payload, next) => {
    const watch = watches.get(request);
    next(null, watch === undefined ? payload : watch.reply(payload));
  });
  app.addHook('onClose', () => producer.close());
  done();
}
