import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { createMetrics } from './metrics.ts';
import { type Health, serveTelemetry, type TelemetryServer } from './serve-telemetry.ts';

const fine: Health = { ok: true, detail: { lanes: 2 } };

async function start(
  context: TestContext,
  checks: { health?: () => Health; ready?: () => Health; port?: number } = {},
): Promise<TelemetryServer> {
  const { health = () => fine, ready = () => fine, port = 0 } = checks;
  const metrics = createMetrics({ service: 'comparator' });
  const server = await serveTelemetry({ host: '127.0.0.1', port, metrics, health, ready });
  context.after(() => server.close());
  return server;
}

test('metrics are served in the text format', async (context) => {
  const { address } = await start(context);
  const response = await fetch(`${address}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(await response.text(), /^process_resident_memory_bytes\{/m);
});

test('health and readiness are told apart, each with its detail', async (context) => {
  const { address } = await start(context, {
    ready: () => ({ ok: false, detail: { waitingFor: 'registry' } }),
  });
  const health = await fetch(`${address}/healthz`);
  assert.deepEqual([health.status, await health.json()], [200, fine]);
  const ready = await fetch(`${address}/readyz?verbose`);
  assert.deepEqual(
    [ready.status, await ready.json()],
    [503, { ok: false, detail: { waitingFor: 'registry' } }],
  );
});

test('a health check that throws is a bad health, not the end of the process', async (context) => {
  const { address } = await start(context, {
    health: () => {
      throw new Error('no state yet');
    },
  });
  const response = await fetch(`${address}/healthz`);
  assert.deepEqual(
    [response.status, await response.json()],
    [503, { ok: false, detail: { error: 'Error: no state yet' } }],
  );
});

test('other paths and methods are refused', async (context) => {
  const { address } = await start(context);
  assert.equal((await fetch(`${address}/`)).status, 404);
  assert.equal((await fetch(`${address}/metrics`, { method: 'POST', body: 'x' })).status, 405);
});

test('a port in use is an error that names the port and what to change', async (context) => {
  const { address } = await start(context);
  const port = Number(new URL(address).port);
  await assert.rejects(
    start(context, { port }),
    new RegExp(`comparator: port ${port} on 127\\.0\\.0\\.1 is in use.*set another one for comparator`),
  );
});

// The limit is below the 5 s after which Node ends an idle connection by itself.
test(
  'closing ends open connections, frees the port, and may be done twice',
  { timeout: 4000 },
  async (context) => {
    const server = await start(context);
    const port = Number(new URL(server.address).port);
    const halfway = connect(port, '127.0.0.1');
    const ended = once(halfway, 'close');
    halfway.write('GET /healthz HTTP/1.1\r\nhost: here\r\n\r\nGET /healthz HTTP/1.1\r\n');
    await once(halfway, 'data');
    await server.close();
    await ended;
    await server.close();
    const again = await start(context, { port });
    assert.equal((await fetch(`${again.address}/healthz`)).status, 200);
  },
);
