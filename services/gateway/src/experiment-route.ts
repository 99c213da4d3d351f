import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import {
  type Arrival,
  arrivalOf,
  captureOf,
  type Ending,
  endToEnd,
  exchangeIdHeader,
  type ExperimentCapture,
  keepBody,
  type OpenExchange,
  shadowHeader,
} from '@understudy/client/recording';
import type { ExperimentConfig } from '@understudy/config';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { Answer } from './answer.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import type { ProductionCalls } from './production-calls.ts';

/** Where exchanges are recorded. Never waits. */
export interface ExchangeCapture {
  /** Null: it is not recorded. */
  begin(capture: ExperimentCapture, arrival: Arrival): OpenExchange | null;
}

export interface RouteSurroundings {
  readonly capture: ExchangeCapture;
  readonly calls: ProductionCalls;
  readonly metrics: Pick<GatewayMetrics, 'requests' | 'productionLatency'>;
  readonly maxBodyBytes: number;
  readonly captureBytes: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Production's answer to a request of an experiment, from the moment it is called. */
    answer: Answer | null;
  }
}

/** A request that can't be passed on; its message is for the caller. */
class BadRequest extends Error {
  readonly statusCode = 400;
}

/** The route of one experiment: the request to production, its answer to the caller, both to the capture. */
export function experimentRoute(experiment: ExperimentConfig, surroundings: RouteSurroundings): RouteOptions {
  const { calls, captureBytes, metrics } = surroundings;
  const { route, production } = experiment;
  const target = new URL(production.url + route.path);
  const capture = captureOf(experiment);

  function handler(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const body = bodyOf(request);
    const arrival = arrivalOf({
      method: request.method,
      path: request.url,
      headers: request.headers,
      body: keepBody(body ?? Buffer.alloc(0), captureBytes),
      sessionHeader: experiment.session?.header,
    });
    const { exchangeId } = arrival;
    const exchange = surroundings.capture.begin(capture, arrival);
    const answer = new Answer({
      call: calls.begin(exchangeId, production.timeoutMs),
      captureBytes,
      takeRoom: (bytes) => exchange?.keep(bytes) ?? false,
      onEnd: (ending) => {
        observe(ending);
        exchange?.end(ending);
      },
    });
    request.answer = answer;
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) answer.callerGone();
    });

    return reply.header(exchangeIdHeader, exchangeId).from(target.pathname, {
      getUpstream: () => target.origin,
      timeout: production.timeoutMs,
      // With a content type, and only then, reply-from passes the bytes on as they are.
      ...(body !== null && { body, contentType: 'application/octet-stream' }),
      rewriteRequestHeaders: (_request, headers) => toProduction(request, headers, exchangeId),
      rewriteHeaders: (headers) => ({ ...endToEnd(headers), [exchangeIdHeader]: exchangeId }),
      onResponse: (_request, _reply, response) => {
        const { statusCode, stream } = response;
        const { headers } = response as unknown as Head; // Missing in reply-from's types.
        const passage = answer.begin(statusCode, headers);
        pipeline(stream, passage, (error) => {
          if (error) answer.fail(error);
        });
        reply.send(passage);
      },
      onError: (_reply, { error }) => {
        answer.fail(error.cause ?? error);
        reply.send(error);
      },
    });
  }

  function observe({ latencyMs, outcome }: Ending): void {
    metrics.productionLatency.observe({ experiment: experiment.name, outcome }, latencyMs / 1_000);
  }

  return {
    method: route.method,
    url: route.path.replaceAll(':', '::'), // A single colon would begin a parameter.
    bodyLimit: surroundings.maxBodyBytes,
    handler,
    onResponse: (_request, reply, done) => {
      const statusClass = `${Math.floor(reply.statusCode / 100)}xx`;
      metrics.requests.inc({ experiment: experiment.name, status_class: statusClass });
      done();
    },
  };
}

interface Head {
  readonly headers: IncomingHttpHeaders;
}

/** Null: there is none. */
function bodyOf(request: FastifyRequest): Buffer | null {
  if (Buffer.isBuffer(request.body)) return request.body;
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length !== '0' || encoding !== undefined) {
    throw new BadRequest(`A ${request.method} request with a body can't be passed on: leave the body out.`);
  }
  return null;
}

/** @param headers the caller's, with the host and the length changed to production's */
function toProduction<Headers extends FastifyRequest['headers']>(
  request: FastifyRequest,
  headers: Headers,
  exchangeId: string,
): Headers {
  const passed: Headers = { ...endToEnd(headers), [exchangeIdHeader]: exchangeId };
  delete passed[shadowHeader];
  delete passed['content-type'];
  const contentType = request.headers['content-type'];
  if (contentType !== undefined) passed['content-type'] = contentType;
  return passed;
}
