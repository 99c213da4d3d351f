import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { liveRun, type VerdictValue } from '@understudy/schemas-avro';
import Fastify from 'fastify';
import { divergence } from '../../test/divergence.ts';
import { Lanes } from '../lanes.ts';
import { Runs } from '../runs.ts';
import { addGateRoutes } from './gate-routes.ts';

const lane = 'mortgage.boosted.live';
/** When the only window ended. */
const windowEnd = 5_000;
const hourMs = 3_600_000;

async function start(
  context: TestContext,
  { verdict = 'pass', nowMs = windowEnd + 1_000 }: { verdict?: VerdictValue; nowMs?: number } = {},
) {
  const lanes = new Lanes(() => null);
  const runs = new Runs();
  runs.add(liveRun({ lane, start: 0, windowMs: 5_000 }));
  lanes.add(divergence({ sampled: 50, agreed: 40, verdict }));
  const app = Fastify();
  addGateRoutes(app, { lanes, runs, now: () => nowMs });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => app.close());
  const ask = async (path: string, metadata?: Record<string, string>) => {
    const init =
      metadata === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ name: 'podinfo', namespace: 'test', phase: 'Progressing', metadata }),
          };
    const response = await fetch(`${address}${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ask, runs, lanes };
}

suite('verdicts for deployment tools', () => {
  test('a web metric reads the verdict and its reason', async (context) => {
    const { ask } = await start(context);
    const { status, body } = await ask(`/api/lanes/${lane}/verdict`);
    assert.equal(status, 200);
    assert.partialDeepStrictEqual(body, {
      lane,
      verdict: 'pass',
      reason: 'Look at the pairs.',
      windowEnd,
      ageMs: 1_000,
    });
    assert.deepEqual(Object.keys(body).length, 9);
  });

  test('a webhook goes on with a pass alone, and rolls back with a fail alone', async (context) => {
    for (const verdict of ['pass', 'fail', 'inconclusive'] as const) {
      const { ask } = await start(context, { verdict });
      const passes = await ask('/api/gates/flagger/pass', { lane });
      const fails = await ask('/api/gates/flagger/fail', { lane });
      assert.deepEqual(
        [passes.status, fails.status],
        [verdict === 'pass' ? 200 : 403, verdict === 'fail' ? 200 : 403],
        verdict,
      );
      assert.equal(passes.body['verdict'], verdict, 'and says which it is');
    }
  });

  test('an old verdict of a lane that goes on is inconclusive, a run that is over keeps its own', async (context) => {
    const { ask, runs } = await start(context, { nowMs: windowEnd + hourMs + 1 });
    const old = await ask(`/api/lanes/${lane}/verdict`);
    assert.equal(old.body['verdict'], 'inconclusive');
    assert.match(String(old.body['reason']), /^its newest window ended 3600 s ago, and 3600 s are accepted$/);
    assert.equal((await ask('/api/gates/flagger/pass', { lane })).status, 403);
    assert.equal((await ask('/api/gates/flagger/pass', { lane, maxAge: '7200' })).status, 200);
    assert.equal((await ask(`/api/lanes/${lane}/verdict?maxAge=7200`)).body['verdict'], 'pass');
    runs.add({ ...liveRun({ lane, start: 0, windowMs: 5_000 }), end: windowEnd });
    assert.equal((await ask(`/api/lanes/${lane}/verdict`)).body['verdict'], 'pass');
  });

  test('without a run in its name, the newest live one is asked', async (context) => {
    const { ask, runs, lanes } = await start(context);
    const again = 'mortgage.boosted.live-2';
    runs.add({ ...liveRun({ lane: again, start: 0, windowMs: 5_000 }), recorded: Number.MAX_SAFE_INTEGER });
    lanes.add(divergence({ lane: again, sampled: 5, verdict: 'fail' }));
    assert.partialDeepStrictEqual((await ask('/api/lanes/mortgage.boosted/verdict')).body, {
      lane: again,
      verdict: 'fail',
    });
  });

  test('what has no verdict is no pass', async (context) => {
    const { ask } = await start(context);
    for (const unknown of ['mortgage.bosted.live', 'mortgage.bosted', 'a.b.c.d']) {
      assert.equal((await ask(`/api/lanes/${unknown}/verdict`)).status, 404);
      assert.equal((await ask('/api/gates/flagger/pass', { lane: unknown })).status, 404);
    }
    assert.equal((await ask('/api/gates/flagger/pass', {})).status, 400);
  });
});
