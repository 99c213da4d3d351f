import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import type { ModelRequest } from './applications.ts';
import { Traffic } from './traffic.ts';

async function serve(
  context: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

const requestsOf = (count: number): ModelRequest[] =>
  Array.from({ length: count }, (_, n) => ({ id: `applicant-${n}`, body: JSON.stringify({ n }) }));

const never = new AbortController().signal;
const phase = (): 'before' => 'before';

suite('traffic', () => {
  test('every request is posted once, as JSON, under its id', async (context) => {
    const seen: unknown[] = [];
    const url = await serve(context, async (request, response) => {
      const { method, headers } = request;
      seen.push([method, headers['content-type'], headers['x-request-id'], await text(request)]);
      response.end('{}');
    });
    const traffic = new Traffic({ url, requests: requestsOf(20), ratePerSecond: 1000, phase, signal: never });
    await traffic.run();
    const { sent, answered, affected } = traffic.callers;
    assert.deepEqual([sent, answered, affected], [20, 20, 0]);
    const expected = requestsOf(20).map(({ id, body }) => ['POST', 'application/json', id, body]);
    assert.deepEqual(new Set(seen.map(String)), new Set(expected.map(String)));
    assert.equal(seen.length, 20);
  });

  test('the rate is steady', async (context) => {
    const arrivals: number[] = [];
    const url = await serve(context, (_request, response) => {
      arrivals.push(performance.now());
      response.end();
    });
    const startedMs = performance.now();
    await new Traffic({ url, requests: requestsOf(50), ratePerSecond: 100, phase, signal: never }).run();
    // 50 requests are due within 490 ms: not sooner, and on a busy machine later.
    assert.ok(performance.now() - startedMs >= 480);
    const firstHalf = arrivals.filter((at) => at - startedMs < 240).length;
    assert.ok(firstHalf <= 26, `${firstHalf} in the first half`);
  });

  test('an answer other than 2xx, and none, affect a user', async (context) => {
    const url = await serve(context, (request, response) => {
      const n = Number(String(request.headers['x-request-id']).split('-')[1]);
      if (n % 5 === 0) request.socket.destroy();
      else response.writeHead(n % 5 === 1 ? 502 : 200).end();
    });
    const traffic = new Traffic({ url, requests: requestsOf(10), ratePerSecond: 1000, phase, signal: never });
    await traffic.run();
    const { sent, answered, affected } = traffic.callers;
    assert.deepEqual([sent, answered, affected], [10, 8, 4]);
  });

  test('a slow server is not flooded', async (context) => {
    let underWay = 0;
    let most = 0;
    const waiting: ServerResponse[] = [];
    const url = await serve(context, (_request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      waiting.push(response);
      if (waiting.length < 64) return;
      for (const each of waiting.splice(0)) each.end(() => (underWay -= 1));
    });
    const traffic = new Traffic({
      url,
      requests: requestsOf(128),
      ratePerSecond: 2000,
      phase,
      signal: never,
    });
    await traffic.run();
    assert.equal(most, 64);
    assert.equal(traffic.callers.answered, 128);
  });

  test('the signal gives up what is under way', async (context) => {
    const controller = new AbortController();
    const url = await serve(context, () => controller.abort(new Error('enough')));
    const traffic = new Traffic({
      url,
      requests: requestsOf(1000),
      ratePerSecond: 1000,
      phase,
      signal: controller.signal,
    });
    await assert.rejects(traffic.run());
    assert.ok(traffic.callers.sent < 1000);
  });
});
