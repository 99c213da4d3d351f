import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { liveRun } from '@understudy/schemas-avro';
import { createLogger, createMetrics, type Health } from '@understudy/telemetry';
import { diverging, divergingPair } from '../test/comparison.ts';
import { divergence } from '../test/divergence.ts';
import type { ApiOptions } from './api-routes.ts';
import { createConsoleApp } from './app.ts';
import { History } from './history.ts';
import { Lanes } from './lanes.ts';
import { pairView } from './pair-view.ts';
import type { LabelsReport, LaneView } from './views.ts';
import { runViews } from './run-view.ts';
import { Runs } from './runs.ts';
import { WorstPairs } from './worst-pairs.ts';

const logger = createLogger({ service: 'console', level: 'silent' });

const accuracy = {
  labelled: 20,
  production: { estimate: 0.9, lower: 0.6, upper: 0.99 },
  shadow: { estimate: 0.7, lower: 0.4, upper: 0.9 },
};

const share = { estimate: 0.5, lower: 0.25, upper: 0.75 };
const covered = { labelled: 1, of: 2, share };
const classes = {
  macroPrecision: 0.5,
  macroRecall: null,
  macroF1: 0.25,
  classes: [{ name: '"a"', labelled: 1, predicted: 2, right: 1, precision: 0.5, recall: 1, f1: 2 / 3 }],
};
const errors = {
  meanAbsoluteError: 1.5,
  rootMeanSquaredError: 2,
  r2: null,
  quantiles: [{ share: 0.5, error: -1 }],
};
const bin = { from: 0, to: 0.1, count: 3, meanScore: 0.05, share: 0.1, lower: 0, upper: 0.4 };
const scored = { auc: share, calibration: [bin], expectedError: 0.05 };

/** Every part that a report may have. */
const reported: LabelsReport = {
  lane: 'mortgage.boosted.live',
  coverage: covered,
  differing: covered,
  segments: [{ segment: { field: 'single', value: 'yes' }, ...covered }],
  young: 3,
  horizonMs: 60_000,
  accuracy,
  difference: { estimate: -0.2, lower: -0.5, upper: 0.1 },
  discordant: { productionOnly: 4, shadowOnly: 0, pValue: 0.125 },
  classes: { production: classes, shadow: classes },
  numbers: {
    measured: 1,
    production: errors,
    shadow: errors,
    closer: { production: 1, shadow: 0, pValue: 1 },
  },
  scores: { production: scored, shadow: null, reason: 'none' },
};

const noise = {
  requests: 9,
  missing: 1,
  bothDiffer: 1,
  shadowOnly: 2,
  baselineOnly: 0,
  excess: { estimate: null, lower: -0.5, upper: 0.5 },
  pValue: 0.5,
  paths: [
    {
      path: '/at',
      bothDiffer: 1,
      shadowOnly: 2,
      baselineOnly: 0,
      excess: { estimate: 0.25, lower: -1, upper: 1 },
      finding: 'noise' as const,
    },
  ],
};

interface Started {
  readonly lanes: Lanes;
  get(path: string): Promise<{ status: number; body: unknown }>;
}

async function start(
  context: TestContext,
  ready: () => Health = () => ({ ok: true, detail: {} }),
  exportPairs: ApiOptions['exportPairs'] = () => Promise.resolve(null),
) {
  const lanes = new Lanes((lane) => (lane === 'mortgage.boosted.live' ? accuracy : null));
  const runs = new Runs();
  const history = new History();
  const pairs = new WorstPairs();
  const metrics = createMetrics({ service: 'console' });
  const comparisons = new Map([
    ['mortgage', { kind: 'class', label: '/decision', score: '/score' } as const],
  ]);
  const hosts = { listensOn: '127.0.0.1', named: ['shadow.example'], link: null };
  const labelsReport = (lane: string) => Promise.resolve(lane === reported.lane ? reported : null);
  const app = createConsoleApp({
    lanes,
    runs,
    history,
    pairs,
    labelsReport,
    noiseReport: (lane, baseline) =>
      Promise.resolve(baseline === 'mortgage.repaired.live' ? { ...noise, lane, baseline } : null),
    exportPairs,
    comparisons,
    hosts,
    ready,
    metrics,
    logger,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => app.close());
  const get: Started['get'] = async (path) => {
    const response = await fetch(`${address}${path}`);
    return { status: response.status, body: await response.json() };
  };
  return { lanes, runs, history, pairs, get, address, app };
}

function addLanes(lanes: Lanes): void {
  lanes.add(divergence({ sampled: 50, agreed: 40, bounds: [0.6, 0.9], verdict: 'fail' }));
  lanes.add(divergence({ segment: { field: 'single', value: 'yes' }, sampled: 20, flagged: true }));
  lanes.add(divergence({ lane: 'mortgage.repaired.live', sampled: 0 }));
}

suite('the console over HTTP', () => {
  test('lanes are answered as they are, nothing dropped by the schema', async (context) => {
    const { lanes, get } = await start(context);
    assert.deepEqual(await get('/api/lanes'), { status: 200, body: { lanes: [] } });
    addLanes(lanes);
    assert.deepEqual(await get('/api/lanes'), { status: 200, body: { lanes: lanes.all() } });
    const body = lanes.get('mortgage.boosted.live');
    assert.deepEqual(await get('/api/lanes/mortgage.boosted.live'), { status: 200, body });
  });

  test('the noise floor is answered as it is, and only against another lane of the experiment', async (context) => {
    const { lanes, get } = await start(context);
    addLanes(lanes);
    const path = '/api/lanes/mortgage.boosted.live/noise-floor';
    const [lane, baseline] = ['mortgage.boosted.live', 'mortgage.repaired.live'];
    assert.deepEqual(await get(`${path}?baseline=${baseline}`), {
      status: 200,
      body: { ...noise, lane, baseline },
    });
    assert.equal((await get(`${path}?baseline=${lane}`)).status, 400);
    assert.equal((await get(`${path}?baseline=no.such.lane`)).status, 404);
    assert.equal((await get(path)).status, 400);
  });

  test('replays are answered as they are, nothing dropped by the schema', async (context) => {
    const { lanes, runs, get } = await start(context);
    addLanes(lanes);
    const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 5_000 });
    runs.add(live);
    runs.add({ ...live, lane: 'mortgage.boosted.again', kind: 'replay', end: 10_000 });
    runs.add({
      ...live,
      lane: 'mortgage.boosted.judged',
      kind: 'rejudge',
      source: live.lane,
      end: 10_000,
      speed: 2,
    });
    lanes.add(divergence({ lane: 'mortgage.boosted.judged', sampled: 5 }));
    assert.deepEqual(await get('/api/runs'), { status: 200, body: { runs: runViews(runs, lanes) } });
  });

  test('what was not compared is named, and so is what came of it later', async (context) => {
    const { lanes, get } = await start(context);
    const record = divergence({ sampled: 5 });
    const ledger = { sampled: 5, compared: 2, notCompared: { 'shadow-deferred': 3 } };
    const recovered = { answered: 2, 'dead-lettered': 1 };
    const corrections = { ...record.running.sums.corrections, compared: 2, agreed: 1, earliest: 0 };
    const sums = { ...record.running.sums, ledger, recovered, corrections };
    lanes.add({ ...record, running: { ...record.running, sums } });
    const view = (await get('/api/lanes/mortgage.boosted.live')).body as LaneView;
    const corrected = { sampled: 5, compared: 4, notCompared: { 'shadow-deferred': 1 } };
    assert.deepEqual([view.ledger, view.corrected, view.recovered], [corrected, 2, recovered]);
  });

  test('history and differing pairs of a lane', async (context) => {
    const { lanes, history, pairs, get } = await start(context);
    for (const window of [0, 1]) {
      const record = divergence({ window });
      lanes.add(record);
      history.add(record);
    }
    pairs.add(diverging());
    const lane = '/api/lanes/mortgage.boosted.live';
    const points = history.points('mortgage.boosted.live');
    assert.deepEqual(await get(`${lane}/history`), { status: 200, body: { points } });
    const newer = await get(`${lane}/history?after=5000`);
    assert.deepEqual(newer.body, { points: points.slice(1) });
    assert.equal((await get(`${lane}/history?after=yesterday`)).status, 400);
    const comparison = { kind: 'class', label: '/decision', score: '/score' } as const;
    const body = { pairs: [pairView(divergingPair(), comparison)] };
    assert.deepEqual(await get(`${lane}/pairs`), { status: 200, body });
    assert.equal((await get('/api/lanes/other/history')).status, 404);
    assert.equal((await get('/api/lanes/other/pairs')).status, 404);
  });

  test('all that labels say of a lane is answered as it is, nothing dropped by the schema', async (context) => {
    const { lanes, get } = await start(context);
    addLanes(lanes);
    assert.deepEqual(await get(`/api/lanes/${reported.lane}/labels`), { status: 200, body: reported });
    const none = await get('/api/lanes/mortgage.repaired.live/labels');
    assert.deepEqual([none.status, (none.body as { error: string }).error], [404, 'no-labels']);
    assert.equal((await get('/api/lanes/other/labels')).status, 404);
  });

  test('alerts and what waits are part of a lane', async (context) => {
    const { lanes, get } = await start(context);
    const lane = 'mortgage.boosted.live';
    lanes.add(divergence({}));
    lanes.setWaiting(lane, { requests: 7, isExact: true });
    const alert = {
      identity: 'a',
      lane,
      rule: 'silent',
      windowStart: 5,
      reason: 'none',
      evidence: '',
      link: null,
    };
    lanes.addAlert({ ...alert, state: 'firing' });
    const fires = { identity: 'a', rule: 'silent', since: 5, reason: 'none' };
    const { body } = await get(`/api/lanes/${lane}`);
    const { alerts, resolvedAlerts, waiting } = body as LaneView;
    assert.deepEqual([alerts, resolvedAlerts, waiting], [[fires], [], { requests: 7, isExact: true }]);
    lanes.addAlert({ ...alert, state: 'resolved' });
    assert.deepEqual(((await get(`/api/lanes/${lane}`)).body as LaneView).resolvedAlerts, [fires]);
  });

  test('an unknown lane is a 404 that names the lanes there are', async (context) => {
    const { lanes, get } = await start(context);
    const error = 'no-such-lane';
    const none = { error, message: 'No lane has closed a window yet.' };
    assert.deepEqual(await get('/api/lanes/other'), { status: 404, body: none });
    addLanes(lanes);
    const message = 'There are these lanes: mortgage.boosted.live, mortgage.repaired.live.';
    assert.deepEqual(await get('/api/lanes/other'), { status: 404, body: { error, message } });
  });

  test('bad requests and wrong paths are told what is wrong', async (context) => {
    const { get } = await start(context);
    const long = await get(`/api/lanes/${'x'.repeat(123)}`);
    assert.deepEqual([long.status, (long.body as { error: string }).error], [400, 'bad-request']);
    const wrong = await get('/lanes');
    assert.deepEqual([wrong.status, (wrong.body as { error: string }).error], [404, 'no-such-page']);
  });

  test('a name that may be another site’s is answered for machines only', async (context) => {
    const { app } = await start(context);
    const asked = async (url: string, host: string) => await app.inject({ url, headers: { host } });
    for (const path of ['/', '/page/main.ts', '/api/lanes', '/api/events', '/metrics2']) {
      const { statusCode, body } = await asked(path, 'attacker.example:8090');
      assert.deepEqual([path, statusCode], [path, 403]);
      assert.match(body, /"unknown-host".*console\.hosts/);
    }
    for (const path of ['/metrics', '/healthz', '/readyz']) {
      assert.equal((await asked(path, 'console:8090')).statusCode, 200, path);
    }
    assert.equal((await asked('/api/lanes', 'shadow.example')).statusCode, 200);
  });

  test('ready follows the reading; healthy and metrics are always there', async (context) => {
    let ok = false;
    const { get, address } = await start(context, () => ({ ok, detail: { log: 'being read' } }));
    assert.deepEqual(await get('/readyz'), {
      status: 503,
      body: { ok: false, detail: { log: 'being read' } },
    });
    ok = true;
    assert.equal((await get('/readyz')).status, 200);
    assert.deepEqual(await get('/healthz'), { status: 200, body: { ok: true, detail: {} } });
    const metrics = await fetch(`${address}/metrics`);
    assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await metrics.text(), /process_resident_memory_bytes\{service="console"\} \d/);
  });
});
