import assert from 'node:assert/strict';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { RegistryClient } from './registry-client.ts';

/** What stands where the registry should be answers for schema 1; to the probe it is a registry unless it says otherwise. */
async function clientOf(
  t: TestContext,
  answerSchema: (response: ServerResponse) => void,
  answerProbe: (response: ServerResponse) => void = json(200, ['AVRO', 'JSON']),
): Promise<RegistryClient> {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/schemas/types') answerProbe(response);
    else answerSchema(response);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return new RegistryClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function json(status: number, body: unknown): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

function html(status: number): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
  };
}

const unknownId = json(404, { error_code: 40403, message: "No content with ID '1' was found." });

test('a registry that does not know the id: unreadable', async (t) => {
  const client = await clientOf(t, unknownId);
  await assert.rejects(client.schemaText(1), {
    code: 'unreadable',
    message: /schema 1: the registry does not have it/,
  });
});

test('a schema that is not Avro: unreadable', async (t) => {
  const client = await clientOf(t, json(200, { schemaType: 'JSON', schema: '{"type":"object"}' }));
  await assert.rejects(client.schemaText(1), { code: 'unreadable', message: /not an Avro schema/ });
});

test('an Avro schema that can not be parsed: unreadable', async (t) => {
  const client = await clientOf(t, json(200, { schema: '{"type":"record","name":"A"}' }));
  await assert.rejects(client.schemaText(1), { code: 'unreadable' });
});

const away: Readonly<Record<string, Parameters<typeof clientOf>[1]>> = {
  'status 500': json(500, { error_code: 50001, message: 'boom' }),
  'status 503 with a page': html(503),
  'status 429': json(429, { message: 'slow down' }),
  'a connection that is reset': (response) => void response.destroy(),
};

for (const [what, answer] of Object.entries(away)) {
  test(`${what}: the registry is unavailable, the record is not at fault`, async (t) => {
    const client = await clientOf(t, answer);
    await assert.rejects(client.schemaText(1), { code: 'registry-unavailable', retriable: true });
  });
}

test('a 404 or a page of something that is no registry: unavailable', async (t) => {
  const notFound = json(404, { message: 'Route not found' });
  for (const answer of [notFound, html(404), html(200)]) {
    const client = await clientOf(t, answer, answer);
    await assert.rejects(client.schemaText(1), { code: 'registry-unavailable' });
  }
});

test('refused credentials are not retriable', async (t) => {
  const client = await clientOf(t, html(401));
  await assert.rejects(client.schemaText(1), {
    code: 'not-authorized',
    retriable: false,
    message: /registry\.auth/,
  });
});

test('nobody listens: unavailable', async () => {
  const client = new RegistryClient({ url: 'http://127.0.0.1:1' });
  await assert.rejects(client.schemaText(1), { code: 'registry-unavailable', message: /ECONNREFUSED/ });
});

test('an answer that breaks off is given up, and the id can be asked for again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { promise: brokenOff, resolve } = Promise.withResolvers<void>();
  let broken = true;
  const client = await clientOf(t, (response) => {
    if (!broken) return json(200, { schema: '"string"' })(response);
    response.writeHead(200, { 'content-length': '100' }).write('{"sch', () => {
      response.destroy();
      resolve();
    });
  });
  const first = assert.rejects(client.schemaText(1), {
    code: 'registry-unavailable',
    message: /no answer within/,
  });
  await brokenOff;
  t.mock.timers.tick(10_000);
  await first;
  broken = false;
  assert.equal(await client.schemaText(1), '"string"');
});
