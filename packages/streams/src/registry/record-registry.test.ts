import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Codec, type Run } from '@understudy/schemas-avro';
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
  const run: Run = { lane: 'mortgage.boosted.live', start: 1, end: null, windowMs: 5_000 };
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
