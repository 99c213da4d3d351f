/** Runs over the past, beside the live one: the same requests, called again, give the same windows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextBoundary, topicNames, windowStart } from '@understudy/domain';
import { type Divergence, liveRun, type Run } from '@understudy/schemas-avro';
import { changeRun, findRun, kafkaConnection, readLog, RecordRegistry, runsOf } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { startPipeline } from '../support/pipeline.ts';
import { modelThat } from '../support/stand-in-model.ts';
import { waitFor } from '../support/wait-for.ts';

const windowMs = 1_000;
const limitMs = 30_000;
const lane = (run: string) => ({ experiment: 'mortgage', shadow: 'boosted', run });

test('a replay of the past finds what the live lane found, and leaves it alone', async (context) => {
  const cluster = await testCluster();
  context.after(() => cluster.stop());
  const production = modelThat((body) => (body.includes('self') ? 'declined' : 'approved'));
  const shadow = modelThat((body) => (body.includes('self-employed 1') ? 'approved' : 'declined'));
  const { config, route } = await startPipeline(context, cluster, { production, shadow });
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
  const endMs = Date.now();
  const compared = (windows: readonly Divergence[]): number =>
    windows.reduce((sum, { window }) => sum + window.ledger.compared, 0);
  await waitFor(async () => compared(await divergenceOf('live')) === sent, {
    what: 'the live lane to have compared all',
    timeoutMs: limitMs,
  });
  const live = await divergenceOf('live');

  const replay: Run = {
    ...liveRun({ lane: 'mortgage.boosted.again', start: windowStart(startMs, windowMs), windowMs }),
    kind: 'replay',
    end: nextBoundary(endMs, windowMs),
    recorded: Date.now(),
    alerts: false,
  };
  await changeRun(runs, lane('again'), () => replay);
  await waitFor(async () => (await findRun(runs, lane('again')))?.state === 'ended', {
    what: 'the replay to be recorded as ended',
    timeoutMs: limitMs,
  });
  assert.deepEqual(windowsOf(await divergenceOf('again')), windowsOf(live));
  assert.deepEqual(await divergenceOf('live'), live);
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
