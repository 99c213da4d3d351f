import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { divergence } from '../test/divergence.ts';
import { rangeWords, stateWords } from '../page/run-words.ts';
import { Lanes } from './lanes.ts';
import { runViews } from './run-view.ts';
import { Runs } from './runs.ts';

const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 5_000 });
const replay: Run = { ...live, lane: 'mortgage.boosted.again', kind: 'replay', end: 20_000, speed: 5 };

function viewOf(run: Run, lanes: Lanes = new Lanes()) {
  const runs = new Runs();
  runs.add(live);
  runs.add(run);
  const [view] = runViews(runs, lanes);
  assert.ok(view);
  return view;
}

test('a replay is shown before its first window, and how much of its time is closed after it', () => {
  const before = viewOf(replay);
  assert.deepEqual([before.closed, before.agreement, before.live], [0, null, 'mortgage.boosted.live']);
  const lanes = new Lanes();
  lanes.add(divergence({ lane: replay.lane, window: 2, sampled: 10 }));
  const { windowEnd } = lanes.get(replay.lane) ?? assert.fail('no lane');
  const { closed, agreement } = viewOf(replay, lanes);
  assert.equal(closed, windowEnd / 20_000);
  assert.notEqual(agreement, null);
  assert.equal(
    viewOf({ ...replay, state: 'ended' }, lanes).closed,
    1,
    'empty windows at the end are not written',
  );
});

test('what a run does, in words', () => {
  assert.equal(stateWords(viewOf(replay)), 'running, 5x as recorded');
  assert.equal(stateWords(viewOf({ ...replay, speed: 1, state: 'paused' })), 'paused, as recorded');
  assert.equal(stateWords(viewOf({ ...replay, speed: null })), 'running, as fast as its limits allow');
  assert.equal(stateWords(viewOf({ ...replay, state: 'ended' })), 'ended');
  const rejudge: Run = { ...replay, kind: 'rejudge', source: 'mortgage.boosted.live', state: 'ended' };
  assert.equal(stateWords(viewOf(rejudge)), 'ended; judges what live has called');
  const days = rangeWords({ start: Date.UTC(2026, 0, 1, 12), end: Date.UTC(2026, 0, 8, 12) });
  assert.match(days, /^1 Jan 2026, \d\d:00:00 to 8 Jan 2026, \d\d:00:00$/);
  assert.match(
    rangeWords({ start: Date.UTC(2026, 0, 1, 12), end: Date.UTC(2026, 0, 1, 13) }),
    /:00:00 to \d\d:00:00$/,
  );
});
