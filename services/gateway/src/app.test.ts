import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { call, configFor, startApp, startProduction } from '../test/support.ts';

test("the answer is production's, byte by byte, with its status and headers", async (t) => {
  const answer = randomBytes(300_000);
  const production = await startProduction(t, (response) => {
    response.writeHead(
      207,
      [
        ['Content-Type', 'application/x-model'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Model', 'ridge'],
      ].flat(),
    );
    response.end(answer);
  });
  const { url } = await startApp(t, configFor(production.url));
  const called = await call(`${url}/score`, { body: 'x' });
  assert.equal(called.status, 207);
  assert.ok(called.body.equals(answer));
  assert.equal(called.headers['content-type'], 'application/x-model');
  assert.deepEqual(called.headers['set-cookie'], ['a=1', 'b=2']);
  assert.equal(called.headers['x-model'], 'ridge');
});

test('whatever the body and its content type, production gets the same bytes', async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(t, configFor(production.url));
  const bodies: [string | undefined, Buffer][] = [
    ['application/json', Buffer.from('{"broken": ')],
    ['application/json; charset=utf-8', Buffer.from('{ "a" : 1.0 }')],
    ['application/octet-stream', randomBytes(100_000)],
    ['text/plain', Buffer.from('plain')],
    ['nonsense', Buffer.from('no such type')],
    ['a/b; c', Buffer.from('no such parameter')],
    [undefined, Buffer.from('no type at all')],
  ];
  for (const [type, body] of bodies) {
    const called = await call(`${url}/score`, {
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    });
    assert.equal(called.status, 200, `${type}: ${called.body.toString()}`);
    const received = production.requests.at(-1);
    assert.equal(received?.headers['content-type'], type);
    assert.deepEqual(received?.body, body);
    assert.deepEqual(recorder.requests.at(-1)?.body, body);
    assert.equal(recorder.requests.at(-1)?.contentType, type ?? null);
  }
});

test('a body in chunks, an empty one and none at all arrive as what they are', async (t) => {
  const production = await startProduction(t);
  const { url } = await startApp(t, configFor(production.url));
  await call(`${url}/score`, {
    body: 'in chunks',
    headers: { 'transfer-encoding': 'chunked', expect: '100-continue' },
  });
  assert.equal(production.requests.at(-1)?.body.toString(), 'in chunks');
  await call(`${url}/score`, { headers: { 'content-length': '0', 'content-type': 'application/json' } });
  assert.equal(production.requests.at(-1)?.body.length, 0);
  assert.equal((await call(`${url}/score`)).status, 200);
});

test("the query arrives, under the path that production's base address has", async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(
    t,
    configFor(`${production.url}/models/7`, { path: '/v1/credit:predict' }),
  );
  const called = await call(`${url}/v1/credit:predict?a=1&a=%2F&b`);
  assert.equal(called.status, 200);
  assert.equal(production.requests[0]?.path, '/models/7/v1/credit:predict?a=1&a=%2F&b');
  assert.equal(recorder.requests[0]?.path, '/v1/credit:predict?a=1&a=%2F&b');
  assert.equal((await call(`${url}/v1/creditXpredict`)).status, 404);
});

test('headers of one connection stay on it, both ways', async (t) => {
  const production = await startProduction(t, (response) => {
    response.writeHead(200, {
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=99',
      'x-end': '2',
    });
    response.end('ok');
  });
  const { url, recorder } = await startApp(t, configFor(production.url));
  const headers = {
    connection: 'keep-alive, x-mine',
    'x-mine': '1',
    te: 'trailers',
    'keep-alive': 'x',
    upgrade: 'h3',
    'x-mine-too': '2',
  };
  const called = await call(`${url}/score`, { body: 'x', headers });
  const received = production.requests[0]?.headers ?? {};
  for (const name of ['x-mine', 'te', 'keep-alive', 'upgrade']) {
    assert.equal(received[name], undefined, name);
    assert.equal(recorder.requests[0]?.headers[name], undefined, name);
  }
  assert.equal(received['x-mine-too'], '2');
  assert.equal(called.headers['x-hop'], undefined);
  assert.notEqual(called.headers['keep-alive'], 'timeout=99');
  assert.equal(called.headers['x-end'], '2');
});

test("one exchange id goes to production, the caller and the records; callers can't set it, nor pose as us", async (t) => {
  const production = await startProduction(t, (response) => {
    response.writeHead(200, { 'x-exchange-id': 'made by production' });
    response.end();
  });
  const { url, recorder } = await startApp(t, configFor(production.url));
  const headers = {
    'x-exchange-id': 'made by the caller',
    'x-shadow-deployment': 'true',
    'x-request-id': 'order-17',
  };
  const called = await call(`${url}/score`, { body: 'x', headers });
  const id = called.headers['x-exchange-id'];
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(production.requests[0]?.headers['x-exchange-id'], id);
  assert.equal(production.requests[0]?.headers['x-shadow-deployment'], undefined);
  assert.equal(production.requests[0]?.headers['x-request-id'], 'order-17');
  assert.equal(recorder.requests[0]?.exchangeId, id);
  assert.equal(recorder.responses[0]?.exchangeId, id);
  assert.equal(recorder.requests[0]?.requestId, 'order-17');
  assert.equal(recorder.requests[0]?.headers['x-shadow-deployment'], undefined);
});

test('a valid traceparent is passed on and recorded; a new one is recorded only', async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(t, configFor(production.url));
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await call(`${url}/score`, { body: 'x', headers: { traceparent: valid } });
  assert.equal(production.requests[0]?.headers['traceparent'], valid);
  assert.equal(recorder.arrivals[0]?.traceparent, valid);
  await call(`${url}/score`, { body: 'x' });
  assert.equal(production.requests[1]?.headers['traceparent'], undefined);
  assert.match(recorder.arrivals[1]?.traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});

test('the records hold what was asked and answered, secrets redacted; production and caller get them', async (t) => {
  const production = await startProduction(t, (response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'session=secret' });
    response.end('{"decision":"denied","ssn":"123"}');
  });
  const config = configFor(production.url, {
    experiment: `
    session: { header: X-Session }
    redact: { headers: [X-Secret], body: [/ssn] }`,
  });
  const { url, recorder } = await startApp(t, config);
  const before = Date.now();
  const called = await call(`${url}/score?v=2`, {
    body: '{"income":1.0,"ssn":"123"}',
    headers: {
      authorization: 'Bearer t',
      'x-secret': 's',
      'x-session': 'anna',
      'content-type': 'application/json',
    },
  });
  assert.equal(called.body.toString(), '{"decision":"denied","ssn":"123"}');
  assert.deepEqual(called.headers['set-cookie'], ['session=secret']);
  assert.equal(production.requests[0]?.body.toString(), '{"income":1.0,"ssn":"123"}');
  assert.equal(production.requests[0]?.headers['authorization'], 'Bearer t');

  const [request, response] = [recorder.requests[0], recorder.responses[0]];
  assert.equal(request?.body.toString(), '{"income":1.0,"ssn":"[redacted]"}');
  assert.equal(request?.bodySize, request?.body.length);
  assert.equal(request?.headers['authorization'], '[redacted]');
  assert.equal(request?.headers['x-secret'], '[redacted]');
  assert.equal(request?.session, 'anna');
  assert.deepEqual([request?.method, request?.path, request?.experiment], ['POST', '/score?v=2', 'mortgage']);
  assert.ok((request?.requestTime ?? 0) >= before);
  const { outcome, answer, latencyMs, error } = response?.result ?? {};
  assert.equal(outcome, 'answered');
  assert.equal(error, null);
  assert.equal(answer?.status, 201);
  assert.equal(answer?.contentType, 'application/json');
  assert.equal(answer?.headers['set-cookie'], '[redacted]');
  assert.equal(answer?.body.toString(), '{"decision":"denied","ssn":"[redacted]"}');
  assert.ok(latencyMs !== undefined && latencyMs > 0 && latencyMs < 5_000);
});

test('longer bodies are recorded cut, and answered whole', async (t) => {
  const answer = randomBytes(5_000);
  const production = await startProduction(t, (response) => response.end(answer));
  const { url, recorder } = await startApp(t, configFor(production.url, { gateway: ', captureBytes: 1KiB' }));
  const body = randomBytes(3_000);
  const called = await call(`${url}/score`, { body });
  assert.ok(called.body.equals(answer));
  assert.ok(production.requests[0]?.body.equals(body));
  assert.ok(recorder.requests[0]?.body.equals(body.subarray(0, 1_024)));
  assert.equal(recorder.requests[0]?.bodySize, 3_000);
  assert.ok(recorder.responses[0]?.result.answer?.body.equals(answer.subarray(0, 1_024)));
  assert.equal(recorder.responses[0]?.result.answer?.bodySize, 5_000);
});

test('too large a body: 413, production is not called, nothing is recorded', async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(t, configFor(production.url, { gateway: ', maxBodyBytes: 2KiB' }));
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const called = await call(`${url}/score`, { body: Buffer.alloc(2_049), headers });
    assert.equal(called.status, 413);
    assert.deepEqual(JSON.parse(called.body.toString()), {
      error: 'body-too-large',
      message: 'The body is larger than 2048 bytes (gateway.maxBodyBytes).',
    });
  }
  assert.equal((await call(`${url}/score`, { body: Buffer.alloc(2_048) })).status, 200);
  assert.equal(production.requests.length, 1);
  assert.equal(recorder.requests.length, 1);
});

test('another route: 404 that lists the routes there are', async (t) => {
  const production = await startProduction(t);
  const { url } = await startApp(t, configFor(production.url));
  for (const [method, path] of [
    ['GET', '/score'],
    ['POST', '/score/'],
    ['POST', '/Score?a=1'],
    ['HEAD', '/other'],
    ['TRACE', '/score'],
  ] as const) {
    const called = await call(`${url}${path}`, { method });
    assert.equal(called.status, 404, `${method} ${path}`);
    if (method === 'HEAD') continue;
    assert.deepEqual(JSON.parse(called.body.toString()).routes, [
      { experiment: 'mortgage', method: 'POST', path: '/score' },
    ]);
  }
  assert.equal(production.requests.length, 0);
});

test('a GET route is passed on, but not with a body', async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(t, configFor(production.url, { method: 'GET' }));
  assert.equal(
    (await call(`${url}/score`, { method: 'GET', headers: { 'content-length': '0' } })).status,
    200,
  );
  const called = await call(`${url}/score`, { method: 'GET', body: 'x', headers: { 'content-length': '1' } });
  assert.equal(called.status, 400);
  assert.match(called.body.toString(), /leave the body out/);
  assert.equal(recorder.requests.length, 1);
});

test('answers without a body end too', async (t) => {
  for (const status of [204, 304]) {
    const production = await startProduction(t, (response) => response.writeHead(status).end());
    const { url, recorder } = await startApp(t, configFor(production.url));
    assert.equal((await call(`${url}/score`, { body: 'x' })).status, status);
    assert.equal(recorder.responses[0]?.result.answer?.status, status);
    assert.equal(recorder.responses[0]?.result.outcome, 'answered');
  }
});

test('no room to record: the answer is the same', async (t) => {
  const production = await startProduction(t);
  const { url, recorder } = await startApp(t, configFor(production.url));
  recorder.hasRoom = false;
  const called = await call(`${url}/score`, { body: 'x' });
  assert.equal(called.status, 200);
  assert.equal(called.body.toString(), '{"decision":"approved"}');
});

test("the gateway's own routes", async (t) => {
  const production = await startProduction(t);
  const { url } = await startApp(t, configFor(production.url));
  await call(`${url}/score`, { body: 'x' });
  const get = async (path: string): Promise<string> =>
    (await call(`${url}${path}`, { method: 'GET' })).body.toString();
  assert.deepEqual(JSON.parse(await get('/-/losses')), {
    published: 3,
    lost: { 'queue-full': 2 },
    pending: 1,
  });
  assert.equal(JSON.parse(await get('/-/healthz')).ok, true);
  assert.deepEqual(JSON.parse(await get('/-/readyz')), {
    ok: true,
    detail: { events: 'published', obstacle: null },
  });
  const metrics = await get('/-/metrics');
  assert.match(metrics, /understudy_gateway_requests_total\{experiment="mortgage",status_class="2xx".*\} 1/);
  assert.match(metrics, /understudy_gateway_production_latency_seconds_count\{.*outcome="answered".*\} 1/);
  assert.match(metrics, /understudy_gateway_queue_bytes\{.*\} 2/);
  assert.match(metrics, /understudy_gateway_exchanges_lost_total\{.*reason="queue-full".*\} 0/);
});

test("an experiment can not have a route of the gateway's own", async (t) => {
  await assert.rejects(startApp(t, configFor('http://127.0.0.1:1', { path: '/-/metrics' })), /gateway's own/);
});
