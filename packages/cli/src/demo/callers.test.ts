import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Callers } from './callers.ts';

test('what callers meet counts under the phase in which they sent', () => {
  const callers = new Callers();
  callers.sends('before');
  callers.met('before', { latencyMs: 10, ok: true });
  for (const latencyMs of [...Array<number>(97).fill(20), 400, 400, 400]) {
    callers.sends('during');
    callers.met('during', { latencyMs, ok: latencyMs < 400 });
  }
  callers.sends('after');
  callers.met('after', { latencyMs: null, ok: false });
  callers.sends('after');

  assert.deepEqual([callers.sent, callers.answered, callers.affected], [103, 101, 4]);
  const [before, during, after] = callers.report();
  assert.deepEqual([before?.requests, before?.affected], [1, 0]);
  assert.deepEqual([during?.requests, during?.affected], [100, 3]);
  assert.ok(Math.abs((during?.p50Ms ?? 0) - 20) < 0.3 && Math.abs((during?.p99Ms ?? 0) - 400) < 5);
  assert.deepEqual(after, { phase: 'after', requests: 2, affected: 1, p50Ms: null, p99Ms: null });
});
