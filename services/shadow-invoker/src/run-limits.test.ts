import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShadowConfig } from '@understudy/config';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { shadowInRun } from './run-limits.ts';

const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 1_000 });
const replay: Run = { ...live, kind: 'replay', end: 10_000 };

function limitsOf(run: Run, concurrency: number, maxOutstanding: number, delaysMs = [30_000, 300_000]) {
  const shadow: Pick<ShadowConfig, 'concurrency' | 'maxOutstanding' | 'retry'> = {
    concurrency,
    maxOutstanding,
    retry: { attempts: 2, pauseMs: 100, delaysMs },
  };
  const limited = shadowInRun(shadow as ShadowConfig, run);
  return [limited.concurrency, limited.maxOutstanding];
}

test('a live run has the limits of the shadow, a replay a quarter of them', () => {
  assert.deepEqual(limitsOf(live, 16, 1_000), [16, 1_000]);
  assert.deepEqual(limitsOf(replay, 16, 1_000), [4, 250]);
});

test('a quarter of little is enough for one call, and a place for each input', () => {
  assert.deepEqual(limitsOf(replay, 2, 4), [1, 3]);
  assert.deepEqual(limitsOf(replay, 2, 2, []), [1, 1]);
});

test('a run may have limits of its own', () => {
  const limits = { concurrency: 40, maxOutstanding: 2_000 };
  assert.deepEqual(limitsOf({ ...replay, limits }, 16, 1_000), [40, 2_000]);
});
