import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { compareRunsText, runsBeside } from './compare-runs.ts';
import { controlled } from './control-run.ts';
import { findNamed } from './find-run.ts';
import { checkRoom, checkSource, planReplay, type ReplayRequest } from './plan-replay.ts';

const config = parseConfig({
  text: `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    window: 10s
    shadows: [{ name: boosted, url: 'http://127.0.0.1:2' }]
    comparison: { kind: json }
`,
  file: 'understudy.yaml',
  env: {},
});
const now = 1_000_000;
const request: ReplayRequest = {
  experiment: 'mortgage',
  shadow: 'boosted',
  run: 'again',
  fromMs: 103_000,
  toMs: 207_000,
  speed: 5,
  rejudge: null,
  alerts: false,
  concurrency: null,
  rate: null,
};
const planned = planReplay(config, request, now);
const live = liveRun({ lane: 'mortgage.boosted.live', start: 50_000, windowMs: 10_000 });

function mapOf(...runs: readonly Run[]): ReadonlyMap<string, Run> {
  return new Map(runs.map((run) => [run.lane, run]));
}

test('a run covers whole windows, is slower than its limits allow if asked to, and raises no alert', () => {
  assert.deepEqual(planned, {
    ...liveRun({ lane: 'mortgage.boosted.again', start: 100_000, windowMs: 10_000, recorded: now }),
    kind: 'replay',
    end: 210_000,
    speed: 5,
    alerts: false,
  });
  const judged = planReplay(config, { ...request, rejudge: 'live' }, now);
  assert.deepEqual([judged.kind, judged.source], ['rejudge', 'mortgage.boosted.live']);
});

test('a run may have limits of its own: as many requests for each call as the shadow has', () => {
  const { limits, rate } = planReplay(config, { ...request, concurrency: 2, rate: 0.5 }, now);
  assert.deepEqual([limits, rate], [{ concurrency: 2, maxOutstanding: 125 }, 0.5]);
});

test('one more than there may be at once is refused, with the names of those that there are', () => {
  const named = (run: string): Run => ({ ...planned, lane: `mortgage.boosted.${run}` });
  const three = ['a', 'b', 'c'].map(named);
  checkRoom(config, planned, mapOf(live, ...three));
  checkRoom(config, planned, mapOf({ ...named('d'), state: 'ended' }, ...three));
  for (const state of ['running', 'paused'] as const) {
    const four = mapOf({ ...named('d'), state }, ...three);
    assert.throws(() => checkRoom(config, planned, four), /are 4 replays already: .*boosted\.d[.,].*Wait/);
  }
});

test('what can not be run is refused, with what to change', () => {
  const refused: readonly (readonly [Partial<ReplayRequest>, RegExp])[] = [
    [{ run: 'live' }, /which is taken/],
    [{ run: 'live-2' }, /which is taken/],
    [{ run: 'Last week' }, /1 to 40 of a-z/],
    [{ shadow: 'other' }, /no shadow other of an experiment mortgage/],
    [{ toMs: 103_000 }, /--from must be before --to/],
    [{ toMs: 1_995_000 }, /that is not over yet/],
  ];
  for (const [change, reason] of refused) {
    assert.throws(() => planReplay(config, { ...request, ...change }, now), reason);
  }
  assert.equal(planReplay(config, { ...request, toMs: 994_000 }, now).end, now, 'a window that is just over');
});

test('what nobody has called can not be judged again', () => {
  const judged = planReplay(config, { ...request, rejudge: 'live' }, now);
  checkSource(judged, mapOf(live));
  assert.throws(() => checkSource(judged, mapOf()), /no run mortgage\.boosted\.live/);
  assert.throws(() => checkSource(judged, mapOf({ ...live, start: 110_000 })), /until now only/);
  assert.throws(() => checkSource(judged, mapOf({ ...live, end: 200_000 })), /00:03:20\.000Z only/);
  assert.throws(() => checkSource(judged, mapOf({ ...live, state: 'cancelled' })), /was cancelled/);
});

test('a run is named by its own name, or by its lane’s where that is not enough', () => {
  const other: Run = { ...planned, lane: 'mortgage.other.again' };
  assert.equal(findNamed(mapOf(live, planned), 'again'), planned);
  assert.equal(findNamed(mapOf(planned, other), 'mortgage.other.again'), other);
  assert.throws(() => findNamed(mapOf(planned, other), 'again'), /Which one\? mortgage\.boosted\.again, /);
  assert.throws(() => findNamed(mapOf(live), 'live'), /no replay live/);
  assert.equal(findNamed(mapOf(live), 'live', 'any'), live);
});

test('a run that is over stays so; what is so already is left alone', () => {
  assert.equal(controlled(planned, 'pause')?.state, 'paused');
  assert.equal(controlled({ ...planned, state: 'paused' }, 'resume')?.state, 'running');
  assert.equal(controlled(planned, 'resume'), null);
  assert.equal(controlled({ ...planned, state: 'cancelled' }, 'cancel'), null);
  for (const state of ['ended', 'cancelled'] as const) {
    assert.throws(() => controlled({ ...planned, state }, 'pause'), /already/);
  }
});

test('a run stands beside those that cover all of it: the live one of its shadow first', () => {
  const before: Run = { ...planned, lane: 'mortgage.boosted.before' };
  const runs = mapOf(
    planned,
    { ...before, lane: 'mortgage.other.before' },
    before,
    live,
    { ...planned, lane: 'mortgage.boosted.short', end: 200_000 },
    { ...planned, lane: 'mortgage.boosted.given-up', state: 'cancelled' },
    { ...live, lane: 'credit.boosted.live' },
  );
  assert.deepEqual(
    runsBeside(planned, runs).map(({ lane }) => lane),
    ['mortgage.boosted.live', 'mortgage.boosted.before', 'mortgage.other.before'],
  );
});

test('two runs in words', () => {
  const none = { bothAgree: 0, onlyFirst: 0, onlySecond: 0, neither: 0, untold: 0 };
  assert.match(compareRunsText(none, 'a.b.live'), /No request was compared in a\.b\.live too/);
  assert.match(
    compareRunsText({ ...none, bothAgree: 7, onlyFirst: 2, onlySecond: 1 }, 'a.b.live'),
    /the same 10 requests: both agree with production on 7, only this run on 2, only the other on 1, neither on 0\.$/,
  );
  assert.match(compareRunsText({ ...none, neither: 1, untold: 3 }, 'a.b.live'), /Of 3 more it can't be told/);
});
