import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type Seen, SeenProducer } from '../test/seen-producer.ts';
import { recordExchanges } from './record-exchanges.ts';
import { keptBody, type ServedAnswer } from './served.ts';

interface Service {
  readonly url: string;
  readonly producer: SeenProducer;
  /** The exchange of that number, when it has ended. */
  readonly ended: (number: number) => Promise<Seen>;
}

/** A service on a port, recorded, with the routes that a test adds. */
async function serve(t: TestContext, addRoutes: (app: FastifyInstance) => void): Promise<Service> {
  const producer = new SeenProducer();
  const app = Fastify({ bodyLimit: 200_000, forceCloseConnections: true }) as unknown as FastifyInstance;
  await app.register(recordExchanges, { producer });
  addRoutes(app);
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  async function ended(number: number): Promise<Seen> {
    await waitFor(() => (producer.exchanges[number - 1]?.result ?? null) !== null, {
      what: `the end of exchange ${number}`,
      timeoutMs: 5_000,
    });
    const seen = producer.exchanges[number - 1];
    assert.ok(seen);
    return seen;
  }
  return { url, producer, ended };
}

function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

function answerOf({ result }: Seen): ServedAnswer & { readonly text: string } {
  assert.ok(result !== null && 'status' in result, JSON.stringify(result));
  return { ...result, text: keptBody(result.body, 1_000_000).bytes.toString() };
}

function requestText({ request }: Seen): string {
  return keptBody(request.body, 1_000_000).bytes.toString();
}

test('what was asked and answered is recorded byte by byte, and other routes are not', async (t) => {
  const { url, producer, ended } = await serve(t, (app) => {
    app.post('/predict', async (request, reply) => {
      void reply.header('x-model', 'ridge').code(201);
      return { decision: 'approved', of: request.body };
    });
    app.post('/other', () => 'no');
  });
  await post(`${url}/other`, '{}');
  const reply = await post(`${url}/predict?trace=1`, '{ "income" : 1.0 }', { 'x-caller': 'me' });
  const sent = await reply.text();
  assert.equal(sent, '{"decision":"approved","of":{"income":1}}');
  const seen = await ended(1);
  assert.equal(requestText(seen), '{ "income" : 1.0 }');
  assert.equal(seen.request.method, 'POST');
  assert.equal(seen.request.path, '/predict?trace=1');
  assert.equal(seen.request.headers?.['x-caller'], 'me');
  const answer = answerOf(seen);
  assert.equal(answer.status, 201);
  assert.equal(answer.text, sent);
  assert.equal(answer.headers?.['x-model'], 'ridge');
  assert.match(String(answer.headers?.['content-type']), /^application\/json/);
  assert.equal(producer.exchanges.length, 1);
});

test('an answer in a stream passes chunk by chunk, and is recorded', async (t) => {
  const source = new PassThrough();
  const { url, ended } = await serve(t, (app) => {
    app.post('/predict', (_request, reply) => reply.type('text/plain').send(source));
  });
  source.write('first ');
  const reply = await post(`${url}/predict`, '{}');
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader?.read())?.value, 'first ', 'before the second is written');
  source.end('second');
  assert.equal((await reader?.read())?.value, 'second');
  assert.equal(answerOf(await ended(1)).text, 'first second');
});

test('answers of the web’s kinds are recorded', async (t) => {
  const { url, ended } = await serve(t, (app) => {
    app.post('/predict', ({ headers }) =>
      headers['x-kind'] === 'response'
        ? new Response('from a response', { status: 202 })
        : Readable.toWeb(Readable.from(['from a ', 'stream'])),
    );
  });
  assert.equal(
    await (await post(`${url}/predict`, '{}', { 'x-kind': 'response' })).text(),
    'from a response',
  );
  const first = answerOf(await ended(1));
  assert.deepEqual([first.status, first.text], [202, 'from a response']);
  assert.equal(await (await post(`${url}/predict`, '{}')).text(), 'from a stream');
  assert.equal(answerOf(await ended(2)).text, 'from a stream');
});

test('large bodies are recorded cut, with their size, and arrive whole', async (t) => {
  const { url, ended } = await serve(t, (app) => {
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/predict', ({ body }) => Readable.from([body, body]));
  });
  const body = Buffer.alloc(150_000, 7);
  const reply = await post(`${url}/predict`, body, { 'content-type': 'application/octet-stream' });
  assert.equal((await reply.arrayBuffer()).byteLength, 300_000);
  const seen = await ended(1);
  assert.ok(typeof seen.request.body === 'object' && 'size' in seen.request.body);
  assert.deepEqual([seen.request.body.bytes.length, seen.request.body.size], [100_000, 150_000]);
  const { body: kept } = answerOf(seen);
  assert.ok(typeof kept === 'object' && 'size' in kept);
  assert.deepEqual([kept.bytes.length, kept.size], [100_000, 300_000]);
});

test('errors of the service are its answers; of two for one request, the one that was sent', async (t) => {
  const { url, ended } = await serve(t, (app) => {
    app.addHook('onSend', (request, reply, payload, done) => {
      if (request.headers['x-fail'] === 'late' && reply.statusCode === 200) done(new Error('too late'));
      else done(null, payload);
    });
    app.post('/predict', ({ headers }) => {
      if (headers['x-fail'] === 'early') throw new Error('broken');
      return 'never sent';
    });
  });
  assert.equal((await post(`${url}/predict`, '{}', { 'x-fail': 'early' })).status, 500);
  assert.match(answerOf(await ended(1)).text, /broken/);
  assert.equal((await post(`${url}/predict`, '{}', { 'x-fail': 'late' })).status, 500);
  const late = answerOf(await ended(2));
  assert.deepEqual([late.status, /too late/.test(late.text)], [500, true]);
  assert.equal((await post(`${url}/predict`, '{"a": ')).status, 400);
  const unparsed = await ended(3);
  assert.deepEqual([requestText(unparsed), answerOf(unparsed).status], ['{"a": ', 400]);
});

test('what the service turns away unread is not recorded, and its connection goes on', async (t) => {
  const { url, producer } = await serve(t, (app) => {
    app.addHook('onRequest', async ({ headers }, reply) => {
      if (headers['x-who'] === 'nobody') await reply.code(401).send();
    });
    app.post('/predict', () => 'ok');
  });
  assert.equal((await post(`${url}/predict`, '{}', { 'x-who': 'nobody' })).status, 401);
  assert.equal((await post(`${url}/predict`, Buffer.alloc(300_000, 32))).status, 413);
  assert.equal((await post(`${url}/predict`, '{}')).status, 200);
  assert.equal(producer.exchanges.length, 1);
});

test('a body that nobody reads is not recorded, and does not hold up the connection’s next request', async (t) => {
  const { url, producer, ended } = await serve(t, (app) => {
    app.post('/predict', () => 'ok');
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  async function send(type: string, body: Buffer): Promise<number | undefined> {
    const call = httpRequest(`${url}/predict`, { agent, method: 'POST', headers: { 'content-type': type } });
    call.end(body);
    const [message] = (await once(call, 'response')) as [IncomingMessage];
    await text(message);
    return message.statusCode;
  }
  assert.equal(await send('text/unknown', Buffer.alloc(8_000_000, 32)), 415);
  assert.equal(await send('application/json', Buffer.from('{}')), 200);
  await ended(1);
  assert.equal(producer.exchanges.length, 1);
});

test('a caller that hangs up, and a reply past fastify, are failures', async (t) => {
  const endless = new PassThrough();
  endless.write('begun');
  const { url, ended } = await serve(t, (app) => {
    app.post('/predict', ({ headers }, reply) => {
      if (headers['x-past'] === undefined) return reply.send(endless);
      reply.hijack();
      reply.raw.end('past');
      return reply;
    });
  });
  const call = httpRequest(`${url}/predict`, { method: 'POST' });
  call.end();
  const [message] = (await once(call, 'response')) as [IncomingMessage];
  message.on('error', () => {});
  message.destroy();
  const gone = await ended(1);
  assert.ok(gone.result !== null && 'failed' in gone.result);
  assert.match(gone.result.error, /^the reply broke off/);
  assert.equal(endless.destroyed, true);

  const past = httpRequest(`${url}/predict`, { method: 'POST', headers: { 'x-past': 'yes' } });
  past.end();
  const [sent] = (await once(past, 'response')) as [IncomingMessage];
  assert.equal(await text(sent), 'past');
  const unseen = await ended(2);
  assert.ok(unseen.result !== null && 'failed' in unseen.result);
  assert.match(unseen.result.error, /past fastify/);
});

test('the producer is closed with the app', async () => {
  const producer = new SeenProducer();
  const app = Fastify();
  await app.register(recordExchanges, { producer });
  await app.close();
  assert.equal(producer.isClosed, true);
});
