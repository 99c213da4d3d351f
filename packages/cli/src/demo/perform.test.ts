import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { boosted, repaired } from '../../test/lane-reports.ts';
import type { LaneReport } from '../api.ts';
import type { Progress } from './live-view.ts';
import { Outage } from './outage.ts';
import { perform, type PerformOptions } from './perform.ts';

const requests = Array.from({ length: 5 }, (_, n) => ({ id: `a${n}`, body: '{}' }));

function labels(labelled: number): LaneReport['labels'] {
  const certain = { estimate: 1, lower: 1, upper: 1 };
  return { labelled, production: certain, shadow: certain };
}

function sampled(lane: LaneReport, count: number): LaneReport {
  return {
    ...lane,
    ledger: { sampled: count, compared: count, notCompared: {} },
    corrected: 0,
    recovered: {},
    labels: labels(count),
  };
}

function deferred(lane: LaneReport, recovered: LaneReport['recovered']): LaneReport {
  const corrected = recovered['answered'] ?? 0;
  const compared = 3 + corrected;
  const ledger = { sampled: 5, compared, notCompared: { 'shadow-deferred': 2 - corrected } };
  return { ...lane, ledger, corrected, recovered, labels: labels(compared) };
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
  const happened: string[] = [];
  const options: PerformOptions = {
    addresses: { gateway: address, console: address },
    path: '/predict',
    lanes: [boosted.lane, repaired.lane],
    requests,
    total: requests.length,
    ratePerSecond: 1000,
    outage: new Outage({
      afterRequests: 1,
      durationMs: 1,
      kill: async () => void happened.push('killed'),
      restart: async () => void happened.push('restarted'),
    }),
    outageLane: boosted.lane,
    onSent: async () => void happened.push('all sent'),
    ledgerLimitMs: 10_000,
    view: { update: (progress) => shown.push(progress), end: () => shown.push('end') },
    signal: new AbortController().signal,
  };
  return { options, shown, happened };
}

suite('the performance', () => {
  test('ends when every lane has accounted for every request', async (context) => {
    const all = [sampled(boosted, 5), sampled(repaired, 5)];
    const { options, shown } = await start(context, (asked) => {
      if (asked < 2) return [];
      return asked === 2 ? [sampled(boosted, 5), sampled(repaired, 4)] : all;
    });
    const { callers, lanes } = await perform(options);
    assert.deepEqual(lanes, all);
    assert.deepEqual(
      callers.map(({ phase, affected }) => [phase, affected]),
      [
        ['before', 0],
        ['during', 0],
        ['after', 0],
      ],
    );
    const last = { requests: 5, sent: 5, answered: 5, affected: 0, lanes: all, down: null };
    assert.deepEqual(shown.at(-2), last);
    assert.equal(shown.at(-1), 'end');
  });

  test('what a lane has put off must be closed too', async (context) => {
    const { options } = await start(context, (asked) => [
      deferred(boosted, asked < 3 ? { answered: 1 } : { answered: 1, 'dead-lettered': 1 }),
      sampled(repaired, 5),
    ]);
    const { lanes } = await perform(options);
    assert.deepEqual(lanes[0]?.recovered, { answered: 1, 'dead-lettered': 1 });
    const never = await start(context, () => [deferred(boosted, { answered: 1 }), sampled(repaired, 5)]);
    await assert.rejects(perform({ ...never.options, ledgerLimitMs: 100 }), {
      message: /mortgage\.boosted\.live has closed 1 of 2 requests that it had put off/,
    });
  });

  test('the outcome of every compared request must be known', async (context) => {
    const { options } = await start(context, () => [
      { ...sampled(boosted, 5), labels: labels(4) },
      { ...sampled(repaired, 5), labels: null },
    ]);
    await assert.rejects(perform({ ...options, ledgerLimitMs: 100 }), {
      message:
        /boosted\.live knows the outcome of 4 of 5 requests[^]*repaired\.live knows the outcome of 0 of 5/,
    });
  });

  test('lets the shadow die while requests are sent, and has it back at the end', async (context) => {
    const { options, shown, happened } = await start(context, () => [
      sampled(boosted, 5),
      sampled(repaired, 5),
    ]);
    // 5 requests at 4 a second take a second: four looks.
    await perform({ ...options, ratePerSecond: 4 });
    assert.deepEqual(happened, ['killed', 'restarted', 'all sent']);
    assert.ok(shown.some((progress) => progress !== 'end' && progress.sent > 1));
  });

  test('fails with what failed beside the traffic', async (context) => {
    const { options, shown } = await start(context, () => [sampled(boosted, 5), sampled(repaired, 5)]);
    const onSent = async (): Promise<void> => {
      throw new Error('no labels');
    };
    await assert.rejects(perform({ ...options, onSent }), { message: 'no labels' });
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
