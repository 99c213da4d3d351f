import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { createMetrics } from '@understudy/telemetry';
import { waitFor } from '../../../test/support/wait-for.ts';
import { divergence } from '../test/divergence.ts';
import { EventStreams, type EventStreamsOptions } from './event-streams.ts';
import { Lanes } from './lanes.ts';
import { Runs } from './runs.ts';

const timeoutMs = 10_000;

async function start(
  context: TestContext,
  given: Pick<EventStreamsOptions, 'maxStreams' | 'maxWaitingBytes'> = {},
) {
  const lanes = new Lanes();
  const metrics = createMetrics({ service: 'console' });
  const runs = new Runs({ maxReplays: 1 });
  const streams = new EventStreams({ lanes, runs, metrics, ...given });
  const server = createServer((_request, response) => {
    if (!streams.open(response)) response.writeHead(503).end();
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.after(() => {
    streams.close();
    server.close().closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const counted = async (line: string): Promise<boolean> => (await metrics.text()).includes(line);
  return { lanes, runs, streams, address, counted };
}

async function open(context: TestContext, address: string): Promise<IncomingMessage> {
  const request = get(address);
  request.on('error', () => {}); // closed by the test's end
  context.after(() => request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

/** Collects what a client gets. */
async function follow(context: TestContext, address: string): Promise<{ readonly text: () => string }> {
  const response = await open(context, address);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { text: () => text };
}

function occurrences(text: string, of: string): number {
  return text.split(of).length - 1;
}

suite('event streams', () => {
  test('replays at first, and when one has changed; a lane that is not shown any more is gone', async (context) => {
    const { lanes, runs, address } = await start(context);
    const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 5_000 });
    const replay = (name: string, recorded: number): Run => ({
      ...live,
      lane: `mortgage.boosted.${name}`,
      kind: 'replay',
      end: 10_000,
      recorded,
    });
    runs.add(live);
    runs.add(replay('first', 1));
    const client = await follow(context, address);
    await waitFor(() => client.text().includes('"lane":"mortgage.boosted.first"'), { what: 'it', timeoutMs });
    lanes.add(divergence({ lane: 'mortgage.boosted.live', sampled: 10 }));
    await waitFor(() => client.text().includes('event: lane\n'), { what: 'the live lane', timeoutMs });
    assert.equal(occurrences(client.text(), 'event: runs'), 1, 'a live lane is no replay');
    runs.add(replay('second', 2));
    await waitFor(() => client.text().includes('event: gone'), { what: 'the first to be gone', timeoutMs });
    assert.match(client.text(), /event: gone\ndata: \{"lane":"mortgage\.boosted\.first"\}/);
    assert.equal(occurrences(client.text(), 'event: runs'), 2);
    assert.match(
      client.text().slice(client.text().lastIndexOf('event: runs')),
      /"lane":"mortgage\.boosted\.second"/,
    );
  });

  test('all lanes at first, then each that has changed, once for changes that come together', async (context) => {
    const { lanes, address } = await start(context);
    lanes.add(divergence({ window: 0, sampled: 10 }));
    const client = await follow(context, address);
    await waitFor(() => client.text().includes('event: lanes'), { what: 'all lanes', timeoutMs });
    assert.match(client.text(), /"sampled":10,/);

    lanes.add(divergence({ window: 1, sampled: 20 }));
    lanes.add(divergence({ window: 2, sampled: 30 }));
    lanes.add(divergence({ lane: 'mortgage.repaired.live' }));
    await waitFor(() => occurrences(client.text(), 'event: lane\n') >= 2, { what: 'both lanes', timeoutMs });
    assert.equal(occurrences(client.text(), 'event: lane\n'), 2);
    assert.match(client.text(), /"sampled":30,/);
    assert.doesNotMatch(client.text(), /"sampled":20,/);
  });

  test('more clients than there may be are refused, and counted', async (context) => {
    const { address, counted } = await start(context, { maxStreams: 1 });
    const first = await open(context, address);
    const second = await open(context, address);
    assert.deepEqual([first.statusCode, second.statusCode], [200, 503]);
    assert.ok(await counted('refused_total{reason="full",service="console"} 1'));
  });

  test('a client that reads too slowly is dropped, and the others go on', async (context) => {
    const { lanes, address, counted } = await start(context, { maxWaitingBytes: 100_000 });
    const slow = await open(context, address);
    slow.pause();
    const quick = await follow(context, address);
    const names = Array.from({ length: 50 }, (_, n) => `mortgage.s${n}.live`);
    const values = Array.from({ length: 100 }, (_, n) => String(n));
    for (const lane of names) {
      lanes.add(divergence({ lane }));
      for (const value of values) lanes.add(divergence({ lane, segment: { field: 'branch', value } }));
    }
    let window = 0;
    await waitFor(
      async () => {
        // Some megabytes of events each time: more than the system's own buffers hold.
        for (const lane of names) lanes.add(divergence({ lane, window }));
        window += 1;
        return counted('refused_total{reason="slow",service="console"} 1');
      },
      { what: 'the slow client to be dropped', timeoutMs: 30_000 },
    );
    const before = quick.text().length;
    lanes.add(divergence({ window }));
    await waitFor(() => quick.text().length > before, { what: 'the quick client to hear more', timeoutMs });
    assert.ok(await counted('understudy_console_event_stream_requests{service="console"} 1'));
  });

  test('a client that has gone is forgotten', async (context) => {
    const { address, counted } = await start(context);
    const client = await open(context, address);
    client.destroy();
    await waitFor(() => counted('understudy_console_event_stream_requests{service="console"} 0'), {
      what: 'no stream to be open',
      timeoutMs,
    });
  });
});
