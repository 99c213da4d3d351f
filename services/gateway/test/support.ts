import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Arrival, Ending, ExperimentCapture, OpenExchange } from '@understudy/client/recording';
import { type Config, parseConfig } from '@understudy/config';
import type { ProductionResponse, Request } from '@understudy/schemas-avro';
import { createLogger, createMetrics, type Metrics } from '@understudy/telemetry';
import { createGatewayApp } from '../src/app.ts';
import type { ExchangeCapture } from '../src/experiment-route.ts';
import type { OwnSources } from '../src/own-routes.ts';

/** A real HTTP server on a free port, closed after the test. */
export async function startServer(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A production that answers every request with the same, and remembers the requests. */
export async function startProduction(
  t: TestContext,
  answer: (response: ServerResponse, body: Buffer) => void = (response) =>
    response.end('{"decision":"approved"}'),
): Promise<Production> {
  const requests: ReceivedRequest[] = [];
  const url = await startServer(t, (request, response) => {
    void readAll(request).then((body) => {
      const { method = '', url: path = '', headers, rawHeaders } = request;
      requests.push({ method, path, headers, rawHeaders, body });
      answer(response, body);
    });
  });
  return { url, requests };
}

export interface Production {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** One experiment, `mortgage` at POST /score, changed by YAML that is indented as a part of it or of the gateway. */
export function configFor(productionUrl: string, parts: ConfigParts = {}): Config {
  const { experiment = '', gateway = '', path = '/score', method = 'POST', timeout = '5s' } = parts;
  const {
    brokers = '127.0.0.1:1',
    registry = 'http://127.0.0.1:1',
    prefix = 'test.',
    partitions = 3,
  } = parts;
  const text = `
kafka: { brokers: ['${brokers}'], prefix: '${prefix}', partitions: ${partitions} }
registry: { url: '${registry}' }
gateway: { port: 0${gateway} }
experiments:
  - name: mortgage
    route: { path: '${path}', method: ${method} }
    production: { url: '${productionUrl}', timeout: ${timeout} }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
${experiment}
`;
  return parseConfig({ text, file: 'understudy.yaml', env: {} });
}

export interface ConfigParts {
  /** Lines of the experiment. */
  readonly experiment?: string;
  /** Further entries of the gateway's flow mapping: `, captureBytes: 1KiB`. */
  readonly gateway?: string;
  readonly path?: string;
  readonly method?: string;
  readonly timeout?: string;
  readonly brokers?: string;
  readonly registry?: string;
  readonly prefix?: string;
  readonly partitions?: number;
}

/** Keeps the records that would be published. */
export class Recorder implements ExchangeCapture, OwnSources {
  readonly requests: Request[] = [];
  readonly responses: ProductionResponse[] = [];
  readonly arrivals: Arrival[] = [];
  readonly queue = { records: 1, bytes: 2 };
  hasRoom = true;

  begin(capture: ExperimentCapture, arrival: Arrival): OpenExchange | null {
    if (!this.hasRoom) return null;
    this.arrivals.push(arrival);
    this.requests.push(capture.request(arrival));
    return {
      keep: () => true,
      end: (ending: Ending) => {
        this.responses.push(capture.productionResponse(arrival.exchangeId, ending));
      },
    };
  }

  report(): ReturnType<OwnSources['report']> {
    return { published: 3, lost: { 'queue-full': 2 }, pending: 1 };
  }

  obstacle(): null {
    return null;
  }
}

export interface TestGateway {
  readonly url: string;
  readonly recorder: Recorder;
  readonly metrics: Metrics;
}

/** The app on a port, with a recorder in Kafka's place. */
export async function startApp(t: TestContext, config: Config): Promise<TestGateway> {
  const recorder = new Recorder();
  const metrics = createMetrics({ service: 'gateway' });
  const logger = createLogger({ service: 'gateway', level: 'silent' });
  const app = createGatewayApp({ config, capture: recorder, logger, metrics });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { url, recorder, metrics };
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string | undefined;
}

export interface Called {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Sends exactly the headers given, and the body with its length unless `transfer-encoding` says otherwise. */
export async function call(url: string, options: CallOptions = {}): Promise<Called> {
  const message = await callHead(url, options);
  const body = await readAll(message);
  const { statusCode: status = 0, headers, rawHeaders } = message;
  return { status, headers, rawHeaders, body };
}

/** Resolves with the head of the answer. */
export async function callHead(url: string, options: CallOptions = {}): Promise<IncomingMessage> {
  const { method = 'POST', headers = {}, body } = options;
  const request = httpRequest(url, { method, headers: { ...headers }, agent: false });
  request.end(body);
  const [message] = (await once(request, 'response')) as [IncomingMessage];
  return message;
}
