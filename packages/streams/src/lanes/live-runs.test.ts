import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { nextLiveLane, successorOf } from './live-runs.ts';

const run = (lane: string, source: string | null = null): Run => ({
  ...liveRun({ lane, start: 0, windowMs: 10 }),
  source,
});
const runsOf = (...runs: readonly Run[]): ReadonlyMap<string, Run> =>
  new Map(runs.map((each) => [each.lane, each]));
const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };

test('live runs of a shadow are numbered from 2 on, whatever other runs and shadows there are', () => {
  assert.equal(nextLiveLane(runsOf(), lane).run, 'live-2');
  const runs = runsOf(
    run('mortgage.boosted.live'),
    run('mortgage.boosted.live-11'),
    run('mortgage.boosted.live-2'),
    run('mortgage.boosted.lively-99'),
    run('mortgage.other.live-40'),
  );
  assert.deepEqual(nextLiveLane(runs, lane), { ...lane, run: 'live-12' });
});

test('a live run goes on from one lane; a run that judges its answers again is not meant', () => {
  const next = run('mortgage.boosted.live-2', 'mortgage.boosted.live');
  const judged: Run = { ...run('mortgage.boosted.again', 'mortgage.boosted.live'), kind: 'rejudge' };
  assert.equal(successorOf(runsOf(judged), lane), null);
  assert.equal(successorOf(runsOf(judged, next), lane), next);
  assert.equal(successorOf(runsOf(judged, next), { ...lane, run: 'live-2' }), null);
});
