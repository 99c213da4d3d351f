import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { ProductionResult } from '@understudy/schemas-avro';
import {
  call,
  callHead,
  configFor,
  readAll,
  startApp,
  startProduction,
  startServer,
  type TestGateway,
} from '../test/support.ts';
import { waitFor } from '../../../test/support/wait-for.ts';

async function resultOf({ recorder }: TestGateway): Promise<ProductionResult> {
  await waitFor(() => recorder.responses.length > 0, { what: 'the exchange to end', timeoutMs: 5_000 });
  assert.equal(recorder.requests.length, 1);
  assert.equal(recorder.responses.length, 1);
  const [response] = recorder.responses;
  assert.ok(response);
  return response.result;
}

async function assertRefused(gateway: TestGateway, status: number, error: string): Promise<void> {
  const called = await call(`${gateway.url}/score`, { body: 'x' });
  assert.equal(called.status, status);
  assert.match(String(called.headers['content-type']), /^application\/json/);
  const reply = JSON.parse(called.body.toString()) as Record<string, string>;
  assert.equal(reply['error'], error);
  assert.equal(reply['exchangeId'], called.headers['x-exchange-id']);
  assert.doesNotMatch(reply['message'] ?? '', /127\.0\.0\.1/, 'addresses of the inside stay inside');
}

/** For 127.0.0.1, signed by itself, valid for a hundred years; protects nothing. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVQPCkVXkGN4kvdZO
AzCqZeJDXyT7ZvpgN7hraHdczq2hRANCAATpwEst5OU9bpcv/pbrzwj6D4/BhHLM
wH7my3skjL5GYi21ebq8chMV96jt3dtHdQdhuT6739kiKVumwfynlehY
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUH7IFa0yazkoyaYE76+WOkJltucAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTEwMzIyMVoYDzIxMjYxMDI4
MTAzMjIxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATpwEst5OU9bpcv/pbrzwj6D4/BhHLMwH7my3skjL5GYi21ebq8chMV
96jt3dtHdQdhuT6739kiKVumwfynlehYo2QwYjAdBgNVHQ4EFgQUkwAlY960bDID
D6ytiwNUoEHU1FAwHwYDVR0jBBgwFoAUkwAlY960bDIDD6ytiwNUoEHU1FAwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IAKjtE9Ck6Hnk07esnfCYohuZRUkh3kt2KiE/eWVimgqAiAHvq7aRxU34ALO367k
mFyeITV6nJsInvmw4hF9M5S7gg==
-----END CERTIFICATE-----`,
};

test('production that is not there: 502, recorded as failed', async (t) => {
  const gateway = await startApp(t, configFor('http://127.0.0.1:1'));
  await assertRefused(gateway, 502, 'production-unavailable');
  const { outcome, answer, error } = await resultOf(gateway);
  assert.deepEqual([outcome, answer], ['failed', null]);
  assert.match(error ?? '', /ECONNREFUSED/);
});

test('production that hangs up, or talks no HTTP: 502, recorded as failed', async (t) => {
  const hangUp = await startServer(t, (request) => request.socket.destroy());
  const gibberish = await startServer(t, (request) => request.socket.end('what?\r\n\r\n'));
  for (const url of [hangUp, gibberish]) {
    const gateway = await startApp(t, configFor(url));
    await assertRefused(gateway, 502, 'production-unavailable');
    assert.equal((await resultOf(gateway)).outcome, 'failed');
  }
});

test('production that hangs: 504 at its time limit, recorded as timed out, and hung up on', async (t) => {
  let hungUpOn = false;
  const url = await startServer(t, (request) => request.socket.once('close', () => (hungUpOn = true)));
  const gateway = await startApp(t, configFor(url, { timeout: '200ms' }));
  const startedMs = performance.now();
  await assertRefused(gateway, 504, 'production-timed-out');
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs >= 190 && tookMs < 1_000, `${tookMs} ms`);
  const { outcome, answer, latencyMs, error } = await resultOf(gateway);
  assert.deepEqual([outcome, answer], ['timed_out', null]);
  assert.ok(latencyMs >= 190 && latencyMs < 1_000);
  assert.match(error ?? '', /within 200 ms/);
  await waitFor(() => hungUpOn, { what: 'production to be hung up on', timeoutMs: 5_000 });
});

test('a status of 500 is an answer', async (t) => {
  const production = await startProduction(t, (response) => response.writeHead(503).end('busy'));
  const gateway = await startApp(t, configFor(production.url));
  const called = await call(`${gateway.url}/score`, { body: 'x' });
  assert.deepEqual([called.status, called.body.toString()], [503, 'busy']);
  const { outcome, answer } = await resultOf(gateway);
  assert.deepEqual([outcome, answer?.status, answer?.body.toString()], ['answered', 503, 'busy']);
});

test('the answer streams: what production has sent is there before production sends the rest', async (t) => {
  let production: ServerResponse | undefined;
  const url = await startServer(t, (_request, response) => {
    production = response;
    response.write('first');
  });
  const gateway = await startApp(t, configFor(url));
  const message = await callHead(`${gateway.url}/score`, { body: 'x' });
  const [first] = (await once(message, 'data')) as [Buffer];
  assert.equal(first.toString(), 'first');
  assert.equal(gateway.recorder.responses.length, 0);
  production?.end('last');
  assert.equal((await readAll(message)).toString(), 'last');
  const { answer } = await resultOf(gateway);
  assert.equal(answer?.body.toString(), 'firstlast');
});

test('an answer that breaks off breaks off for the caller, and is recorded as failed', async (t) => {
  let production: ServerResponse | undefined;
  const url = await startServer(t, (_request, response) => {
    production = response;
    response.writeHead(200, { 'content-length': '100' });
    response.write('half of it');
  });
  const gateway = await startApp(t, configFor(url));
  const message = await callHead(`${gateway.url}/score`, { body: 'x' });
  await once(message, 'data');
  production?.destroy();
  await assert.rejects(readAll(message));
  const { outcome, answer, error } = await resultOf(gateway);
  assert.deepEqual([outcome, answer], ['failed', null]);
  assert.match(error ?? '', /after 10 bytes of an answer with status 200/);
});

test('an answer that stalls after its head: 504 without the headers of the answer that never came', async (t) => {
  const url = await startServer(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '100', 'content-type': 'image/png', 'x-model': 'ridge' });
    response.flushHeaders();
  });
  const gateway = await startApp(t, configFor(url, { timeout: '200ms' }));
  const called = await call(`${gateway.url}/score`, { body: 'x' });
  assert.equal(called.status, 504);
  assert.equal(called.headers['x-model'], undefined);
  assert.match(String(called.headers['content-type']), /^application\/json/);
  const { outcome, error } = await resultOf(gateway);
  assert.equal(outcome, 'timed_out');
  assert.match(error ?? '', /after 0 bytes of an answer with status 200/);
});

test('a caller that hangs up before the answer: production is hung up on, the exchange recorded as failed', async (t) => {
  let productionClosed = false;
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const url = await startServer(t, (request) => {
    request.socket.once('close', () => (productionClosed = true));
    request.resume().once('end', resolve);
  });
  const gateway = await startApp(t, configFor(url));
  const request = httpRequest(`${gateway.url}/score`, { method: 'POST', agent: false });
  request.on('error', () => {});
  request.end('x');
  await arrived;
  request.destroy();
  const { outcome, answer, error } = await resultOf(gateway);
  assert.deepEqual([outcome, answer, error], ['failed', null, 'the caller hung up']);
  await waitFor(() => productionClosed, { what: 'production to be hung up on', timeoutMs: 5_000 });
});

test('a caller that hangs up midway: production is hung up on, the exchange recorded as failed', async (t) => {
  let productionClosed = false;
  const url = await startServer(t, (request, response) => {
    request.socket.once('close', () => (productionClosed = true));
    response.write('first');
  });
  const gateway = await startApp(t, configFor(url));
  const message = await callHead(`${gateway.url}/score`, { body: 'x' });
  await once(message, 'data');
  message.destroy();
  const { outcome, answer, error } = await resultOf(gateway);
  assert.deepEqual([outcome, answer], ['failed', null]);
  assert.equal(error, 'the caller hung up, after 5 bytes of an answer with status 200');
  await waitFor(() => productionClosed, { what: 'production to be hung up on', timeoutMs: 5_000 });
});

test('a caller that hangs up while it sends its body: production is not called, nothing is recorded', async (t) => {
  const production = await startProduction(t);
  const gateway = await startApp(t, configFor(production.url));
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write('POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  await once(socket, 'connect');
  socket.end();
  socket.resume();
  await once(socket, 'close');
  assert.equal((await call(`${gateway.url}/score`, { body: 'x' })).status, 200, 'the gateway goes on');
  assert.equal(production.requests.length, 1);
  assert.equal(gateway.recorder.requests.length, 1);
});

test('a caller that reads slowly does not make production late', async (t) => {
  const answer = Buffer.alloc(20_000_000, 7);
  const production = await startProduction(t, (response) => response.end(answer));
  const gateway = await startApp(t, configFor(production.url, { timeout: '100ms' }));
  const message = await callHead(`${gateway.url}/score`, { body: 'x' });
  message.pause();
  await waitFor(() => message.readableLength > 0, {
    what: 'the time limit to pass several times',
    timeoutMs: 5_000,
  });
  const untilMs = performance.now() + 2_500;
  await waitFor(() => performance.now() > untilMs, {
    what: 'the time limit to pass several times',
    timeoutMs: 5_000,
  });
  assert.equal((await readAll(message)).length, answer.length);
  assert.equal((await resultOf(gateway)).outcome, 'answered');
});

test('production on a certificate nobody signed: 502, not trusted', async (t) => {
  const { key, cert } = selfSigned;
  const server = createHttpsServer({ key, cert }, (_request, response) => response.end('trusted'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const gateway = await startApp(t, configFor(`https://127.0.0.1:${port}`));
  await assertRefused(gateway, 502, 'production-unavailable');
  assert.match((await resultOf(gateway)).error ?? '', /SELF_SIGNED/);
});
