import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** What a service says of itself. */
export interface Health {
  readonly ok: boolean;
  /** Whatever helps to see why, as plain data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface TelemetryOptions {
  /** Interface to listen on. */
  readonly host: string;
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Whether the process works; if not, it should be started again. */
  readonly health: () => Health;
  /** Whether the process can take work now. */
  readonly ready: () => Health;
}

export interface TelemetryServer {
  /** `http://host:port`, with the port that was taken. */
  readonly address: string;
  close(): Promise<void>;
}

/** A caller here is a monitoring system: few connections, requests of a line. */
const limits = { connections: 64, headerBytes: 8192, requestTimeoutMs: 5000 } as const;

/**
 * Serves `/metrics` (Prometheus' text format), `/healthz` and `/readyz` (200 or 503, JSON `{ ok, detail }`).
 *
 * @throws Error that says what to change, if the port can't be had
 */
export async function serveTelemetry(options: TelemetryOptions): Promise<TelemetryServer> {
  const { host, port } = options;
  const server = createServer(
    { maxHeaderSize: limits.headerBytes, requestTimeout: limits.requestTimeoutMs },
    (request, response) => {
      answer(request, response, options).catch((error: unknown) => {
        sendHealth(response, { ok: false, detail: { error: String(error) } });
      });
    },
  );
  server.maxConnections = limits.connections;
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(error, options);
  }
  return { address: addressOf(server), close: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, health, ready }: TelemetryOptions,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    send(response, 405, 'text/plain', 'Only GET and HEAD.\n');
    return;
  }
  const [path = ''] = (request.url ?? '').split('?');
  switch (path) {
    case '/metrics':
      send(response, 200, metrics.contentType, await metrics.text());
      return;
    case '/healthz':
      sendHealth(response, health());
      return;
    case '/readyz':
      sendHealth(response, ready());
      return;
    default:
      send(response, 404, 'text/plain', 'Here are /metrics, /healthz and /readyz.\n');
  }
}

function sendHealth(response: ServerResponse, { ok, detail }: Health): void {
  send(response, ok ? 200 : 503, 'application/json', `${JSON.stringify({ ok, detail })}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function cannotListen(cause: unknown, { host, port, metrics }: TelemetryOptions): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const fault = code === 'EADDRINUSE' ? 'is in use' : `can't be had (${code})`;
  const message =
    `${metrics.service}: port ${port} on ${host} ${fault}, so metrics and health can't be served; ` +
    `stop what holds the port, or set another one for ${metrics.service} in understudy.yaml (0 takes any free one)`;
  return new Error(message, { cause });
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Ends open connections too: a scraper keeps its one alive. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
