/** Runs over the past, beside the live one: the same requests, called again, give the same windows. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { topicNames } from '@understudy/domain';
import type { Divergence, Run } from '@understudy/schemas-avro';
import { changeRun, findRun, kafkaConnection, readLog, RecordRegistry, runsOf } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { startPipeline } from '../support/pipeline.ts';
import { modelThat } from '../support/stand-in-model.ts';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const limitMs = 180_000;
const lane = (run: string) => ({ experiment: 'mortgage', shadow: 'boosted', run });

test('a replay of the past finds what the live lane found, and leaves it alone', async (context) => {
  const cluster = await testCluster();
  context.after(() => cluster.stop());
  const production = modelThat((body) => (body.includes('self') ? 'declined' : 'approved'));
  let calls = 0;
  const shadow = modelThat((body) => {
    calls += 1;
    return body.includes('self-employed 1') ? 'approved' : 'declined';
  });
  const pipeline = await startPipeline(context, cluster, { production, shadow });
  const { config, configFile, route } = pipeline;
  const connection = kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'fatal' }));
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const runs = runsOf({ config, connection, registry });
  const divergenceOf = async (run: string): Promise<readonly Divergence[]> => {
    const found: Divergence[] = [];
    const topic = topicNames(config.kafka.prefix).shared('divergence');
    for await (const { value } of readLog(connection, { topic })) {
      const divergence = value === null ? null : await registry.decode('divergence', value);
      if (divergence?.lane === `mortgage.boosted.${run}` && divergence.segment === null)
        found.push(divergence);
    }
    return found;
  };

  const startMs = Date.now();
  let sent = 0;
  for (; sent < 90; sent += 1) {
    const response = await fetch(route, { method: 'POST', body: `{"who":"self-employed ${sent % 3}"}` });
    assert.equal(response.status, 200);
    await response.text();
  }
  const compared = (windows: readonly Divergence[]): number =>
    windows.reduce((sum, { window }) => sum + window.ledger.compared, 0);
  await waitFor(async () => compared(await divergenceOf('live')) === sent, {
    what: 'the live lane to have compared all',
    timeoutMs: limitMs,
  });
  const live = await divergenceOf('live');
  // By the log's time: what was sent last may have been appended in a later window than that of now.
  const endMs = Math.max(...live.map(({ windowEnd }) => windowEnd));

  const iso = (ms: number): string => new Date(ms).toISOString();
  const bounds = ['--from', iso(startMs), '--to', iso(endMs)];
  const replay = (...args: readonly string[]): Promise<string> => understudy(['replay', ...args], configFile);
  const begin = (run: string, ...how: readonly string[]): Promise<string> =>
    replay('begin', '--experiment', 'mortgage', '--shadow', 'boosted', '--run', run, ...bounds, ...how);
  const stateOf = async (run: string) => (await findRun(runs, lane(run)))?.state ?? null;
  const until = (run: string, state: Run['state']): Promise<void> =>
    waitFor(async () => (await stateOf(run)) === state, {
      what: `${run} to be ${state}`,
      timeoutMs: limitMs,
    });

  const report = await begin('again', '--concurrency', '2', '--rate', '200');
  assert.match(report, /mortgage\.boosted\.again is ended/);
  assert.match(report, /over the same 90 requests: both agree with production on 60, .* neither on 30/);
  assert.deepEqual(windowsOf(await divergenceOf('again')), windowsOf(live));
  await assert.rejects(begin('again'), /There is a run mortgage\.boosted\.again already/);

  // Paused by the test itself, which takes no time to start, so that it is in the middle on the slowest machine too.
  const paced = begin('paced', '--speed', `${((endMs - startMs) / 15_000).toFixed(3)}x`);
  await until('paced', 'running');
  await changeRun(runs, lane('paced'), (run) => run && { ...run, state: 'paused' });
  await pipeline.killInvoker();
  assert.match(await replay('list'), /mortgage\.boosted\.paced +replay +paused/);
  await replay('resume', 'paced');
  assert.match(await paced, /mortgage\.boosted\.paced is ended/);
  assert.deepEqual(windowsOf(await divergenceOf('paced')), windowsOf(live));

  const callsBefore = calls;
  const judged = await begin('judged', '--rejudge', 'again');
  assert.match(judged, /mortgage\.boosted\.judged is ended/);
  assert.deepEqual(windowsOf(await divergenceOf('judged')), windowsOf(live));
  assert.equal(calls, callsBefore, 'who judges again calls nobody');
  for (const run of ['again', 'judged']) {
    const verified = await understudy(['verify', `mortgage.boosted.${run}`, '--last', '100'], configFile);
    assert.match(verified, /^\d+ same, 0 differ, 0 can't be told$/m);
  }
  assert.match(
    await replay('compare', 'judged', 'again'),
    /the same 90 requests: both agree with production on 60, only this run on 0, only the other on 0, neither on 30\./,
  );

  const givenUp = begin('given-up', '--speed', '0.001x');
  await until('given-up', 'running');
  await replay('pause', 'given-up');
  await until('given-up', 'paused');
  await replay('resume', 'given-up');
  await replay('cancel', 'given-up');
  assert.match(await givenUp, /mortgage\.boosted\.given-up is cancelled/);
  await assert.rejects(replay('resume', 'given-up'), /is cancelled already/);

  assert.deepEqual(await divergenceOf('live'), live);

  // A candidate that did not exist when the requests came.
  await pipeline.addShadow('candidate', production);
  await understudy(['apply'], configFile);
  const late = ['--experiment', 'mortgage', '--shadow', 'candidate', '--run', 'before', ...bounds];
  const found = await replay('begin', ...late);
  assert.match(found, /mortgage\.candidate\.before is ended/);
  assert.match(
    await replay('compare', 'before'),
    /Beside mortgage\.boosted\.live, over the same 90 requests: both agree with production on 60, only this run on 30, /,
  );
});

/** What the windows say, apart from how long calls took. */
function windowsOf(divergence: readonly Divergence[]) {
  return divergence.map(({ windowStart: start, window, receipt }) => ({
    start,
    ledger: { ...window.ledger },
    agreed: window.agreed,
    agreement: { ...window.agreement },
    digest: receipt?.digest,
  }));
}

/** Runs the command to its end. @returns its standard output; rejects with its standard error otherwise */
async function understudy(args: readonly string[], configFile: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, '--config', configFile], {
    timeout: limitMs,
  });
  return stdout;
}
