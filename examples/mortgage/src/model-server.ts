import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { parseApplication } from './application.ts';
import type { Model } from './model.ts';

export interface ModelServerOptions {
  /** Time that each prediction waits before it is answered, to stand for a heavier model. Default 0. */
  readonly latencyMs?: number;
}

/** Every answer that is not a prediction: what went wrong, and the field at fault where there is one. */
export interface ErrorAnswer {
  readonly error: string;
  readonly field: string | null;
  readonly message: string;
}

/** An application has 12 short fields; 16 KiB is far more than any needs. */
const bodyLimitBytes = 16 * 1024;
const requestTimeoutMs = 10_000;

/**
 * A model behind HTTP; the caller listens and closes.
 *
 * - `POST /predict`: an application as JSON -> 200 `{ decision, score, model }`, or 400 with an {@link ErrorAnswer}
 * - `GET /healthz`: 200 `{ status: 'ok', model }`
 */
export function createModelServer(model: Model, options: ModelServerOptions = {}): FastifyInstance {
  const { latencyMs = 0 } = options;
  const app = Fastify({ bodyLimit: bodyLimitBytes, requestTimeout: requestTimeoutMs });

  app.get('/healthz', () => ({ status: 'ok', model: model.name }));

  app.post('/predict', async (request, reply) => {
    const parsed = parseApplication(request.body);
    if (!parsed.ok) {
      return reply.code(400).send({ error: 'bad-request', ...parsed.fault } satisfies ErrorAnswer);
    }
    if (latencyMs > 0) await sleep(latencyMs);
    return model.predict(parsed.application);
  });

  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({
      error: 'not-found',
      field: null,
      message: 'use POST /predict or GET /healthz',
    } satisfies ErrorAnswer),
  );

  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    const answer: ErrorAnswer =
      status < 500
        ? { error: 'bad-request', field: null, message: error.message }
        : { error: 'internal', field: null, message: 'the model failed on this application' };
    return reply.code(status).send(answer);
  });

  return app;
}
