import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Codec, liveRun, type Run, type Verdict } from '@understudy/schemas-avro';
import { RecordRegistry } from './record-registry.ts';
import { frame } from './wire-format.ts';

test('an id that the registry did not know is asked for again half a minute later', async (t) => {
  const codec = new Codec<Run>('run');
  let isKnown = false;
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/schemas/types') return response.end('["AVRO"]');
    asked += 1;
    if (isKnown) return response.end(JSON.stringify({ schema: codec.schemaText }));
    return response.writeHead(404).end('{"error_code":40403,"message":"No content"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  t.mock.timers.enable({ apis: ['Date'] });
  const { port } = server.address() as AddressInfo;
  const registry = await RecordRegistry.open({ url: `http://127.0.0.1:${port}` });
  const run = liveRun({ lane: 'mortgage.boosted.live', start: 1, windowMs: 5_000 });
  const value = frame(7, codec.encode(run));

  await assert.rejects(async () => registry.decode('run', value), { code: 'unreadable' });
  isKnown = true;
  t.mock.timers.tick(29_000);
  await assert.rejects(async () => registry.decode('run', value), { code: 'unreadable' });
  assert.equal(asked, 1);
  t.mock.timers.tick(1_000);
  assert.deepEqual({ ...(await registry.decode('run', value)) }, run);
  assert.equal(asked, 2);
});

test('JSON is read without asking the registry, and written where that was asked for', async (t) => {
  const codec = new Codec<Verdict>('verdict');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/schemas/types') response.end('["AVRO"]');
    else if (request.url?.startsWith('/config/'))
      response.end('{"compatibilityLevel":"BACKWARD_TRANSITIVE"}');
    else response.end(JSON.stringify({ id: 7, schema: codec.schemaText }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const registry = await RecordRegistry.open({
    url: `http://127.0.0.1:${port}`,
    writtenAsJson: ['verdict'],
  });
  await registry.register('verdict', 'verdicts');
  const verdict: Verdict = {
    lane: 'mortgage.boosted.live',
    windowEnd: 5_000,
    verdict: 'pass',
    balanced: true,
    criteria: [],
    band: null,
    needed: null,
    recommendation: null,
  };
  const value = registry.encoder('verdict', 'verdicts')(verdict);
  assert.deepEqual(JSON.parse(value.toString()), verdict);
  const before = asked.length;
  assert.deepEqual(registry.decode('verdict', value), verdict, 'at once');
  assert.throws(() => registry.decode('verdict', Buffer.from('{"lane": 7}')), {
    code: 'unreadable',
    message: /^verdict, as JSON: \$\.lane: expected text, got a whole number; \$\.windowEnd: missing/,
  });
  assert.throws(() => registry.decode('verdict', Buffer.from('{"lane": ')), { code: 'unreadable' });
  assert.equal(asked.length, before);

  await registry.register('run', 'runs');
  const run = liveRun({ lane: 'mortgage.boosted.live', start: 1, windowMs: 5_000 });
  assert.equal(registry.encoder('run', 'runs')(run)[0], 0, 'everything else stays Avro');
});
