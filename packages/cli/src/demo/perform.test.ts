import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { boosted, repaired } from '../../test/lane-reports.ts';
import type { LaneReport } from './api.ts';
import type { Progress } from './live-view.ts';
import { perform, type PerformOptions } from './perform.ts';

const requests = Array.from({ length: 5 }, (_, n) => ({ id: `a${n}`, body: '{}' }));

function sampled(lane: LaneReport, count: number): LaneReport {
  return { ...lane, ledger: { sampled: count, compared: count, notCompared: {} } };
}

/** Answers as gateway and console do; `lanes` says what the console sees when it is asked for the n-th time, from 0. */
async function start(context: TestContext, lanes: (asked: number) => LaneReport[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/api/lanes') {
      response.end(JSON.stringify({ lanes: lanes(asked) }));
      asked += 1;
    } else if (request.url === '/-/losses') {
      response.end(JSON.stringify({ published: 3, lost: { 'queue-full': 2 }, pending: 0 }));
    } else {
      response.end('{}');
    }
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.after(() => server.close().closeAllConnections());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shown: (Progress | 'end')[] = [];
  const options: PerformOptions = {
    addresses: { gateway: address, console: address },
    path: '/predict',
    lanes: [boosted.lane, repaired.lane],
    requests,
    total: requests.length,
    ratePerSecond: 1000,
    ledgerLimitMs: 10_000,
    view: { update: (progress) => shown.push(progress), end: () => shown.push('end') },
    signal: new AbortController().signal,
  };
  return { options, shown };
}

suite('the performance', () => {
  test('ends when every lane has accounted for every request', async (context) => {
    const all = [sampled(boosted, 5), sampled(repaired, 5)];
    const { options, shown } = await start(context, (asked) => {
      if (asked < 2) return [];
      return asked === 2 ? [sampled(boosted, 5), sampled(repaired, 4)] : all;
    });
    assert.deepEqual(await perform(options), { affected: 0, lanes: all });
    assert.deepEqual(shown.at(-2), { requests: 5, sent: 5, answered: 5, affected: 0, lanes: all });
    assert.equal(shown.at(-1), 'end');
  });

  test('says what is missing when the time is over', async (context) => {
    const { options, shown } = await start(context, () => [sampled(boosted, 5), sampled(repaired, 3)]);
    await assert.rejects(perform({ ...options, ledgerLimitMs: 100 }), {
      message: [
        'Something is missing 0.1 s after the last answer:',
        '  mortgage.repaired.live has accounted for 3 of 5 requests',
        '  the gateway has published 3, 2 lost (queue-full), 0 pending',
      ].join('\n'),
    });
    assert.equal(shown.at(-1), 'end');
  });

  test('a lane that says nothing is missing, too', async (context) => {
    const { options } = await start(context, () => [sampled(boosted, 5)]);
    const message = /mortgage\.repaired\.live has accounted for 0 of 5 requests/;
    await assert.rejects(perform({ ...options, ledgerLimitMs: 100 }), { message });
  });

  test('gives up at the signal', async (context) => {
    const controller = new AbortController();
    const { options, shown } = await start(context, (asked) => {
      if (asked === 1) controller.abort();
      return [];
    });
    await assert.rejects(perform({ ...options, signal: controller.signal }), { name: 'AbortError' });
    assert.equal(shown.at(-1), 'end');
  });
});
