import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LocalCluster, startLocalCluster } from '@understudy/infra-local';
import { configOn, idOf, losses, makeTopics, readBoth, start } from '../test/kafka.ts';
import { call, startProduction } from '../test/support.ts';
import { registryAddress, type TestCluster } from '../../../test/support/cluster.ts';
import { waitFor } from '../../../test/support/wait-for.ts';

/** Of its own: it is killed. */
let local: LocalCluster;
let cluster: Pick<TestCluster, 'brokers' | 'registryUrl'>;

before(async () => {
  local = await startLocalCluster();
  cluster = { brokers: [...local.bootstrapServers], registryUrl: registryAddress(local.registryUrl) };
});

after(() => local.stop());

/** Calls one after the other in several places at once; resolves with the longest time one took, in ms. */
async function callMany(
  url: string,
  calls: number,
  onAnswer: (answered: number) => void = () => {},
): Promise<number> {
  let begun = 0;
  let answered = 0;
  let longestMs = 0;
  async function caller(): Promise<void> {
    while (begun < calls) {
      begun += 1;
      const startedMs = performance.now();
      const { status, body } = await call(url, { body: String(begun) });
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      assert.equal(status, 200);
      assert.equal(body.toString(), '{"decision":"approved"}');
      onAnswer((answered += 1));
    }
  }
  await Promise.all(Array.from({ length: 8 }, caller));
  return longestMs;
}

test('Kafka killed in the middle: every caller is answered in time, and what is lost is counted', async (t) => {
  const production = await startProduction(t);
  const config = configOn(cluster, production.url, { gateway: ', queue: { maxRecords: 100 }' });
  await makeTopics(config);
  const gateway = await start(t, config);
  const url = `${gateway.address}/score`;
  await callMany(url, 20);
  await waitFor(async () => (await losses(gateway)).published === 20, {
    what: 'the first to be published',
    timeoutMs: 30_000,
  });

  const longestMs = await callMany(url, 400, (answered) => {
    if (answered === 100) local.broker(0).kill('SIGKILL');
  });
  assert.ok(longestMs < 1_000, `the longest call took ${longestMs} ms`);
  const away = await losses(gateway);
  // An exchange takes two records of the queue, or one when its request was acknowledged.
  assert.ok(away.pending >= 50 && away.pending <= 100, `${away.pending} wait`);
  assert.equal(away.lost['queue-full'], 420 - away.published - away.pending);

  await local.broker(0).restart();
  await waitFor(async () => (await losses(gateway)).pending === 0, {
    what: 'the queue to drain',
    timeoutMs: 60_000,
  });
  const { published, lost } = await losses(gateway);
  assert.deepEqual(Object.keys(lost), ['queue-full']);
  assert.equal(lost['queue-full'], 420 - published, 'generated - published');
  const { requests, responses } = await readBoth(config);
  assert.equal(new Set(requests.map(idOf)).size, published);
  assert.deepEqual(new Set(responses.map(idOf)), new Set(requests.map(idOf)));

  await callMany(url, 20);
  await waitFor(async () => (await losses(gateway)).published === published + 20, {
    what: 'it to go on',
    timeoutMs: 30_000,
  });
});

test('Kafka and the registry away at start: callers are answered, and what fits is published later', async (t) => {
  const production = await startProduction(t);
  const config = configOn(cluster, production.url, { gateway: ', queue: { maxRecords: 20 }' });
  await makeTopics(config);
  assert.ok(local.registry);
  local.registry.kill('SIGKILL');
  local.broker(0).kill('SIGKILL');

  const gateway = await start(t, config);
  await callMany(`${gateway.address}/score`, 30);
  await waitFor(() => gateway.ready().detail['events'] === 'waiting', {
    what: 'the obstacle to be known',
    timeoutMs: 5_000,
  });
  assert.deepEqual(await losses(gateway), { published: 0, lost: { 'registry-away': 20 }, pending: 10 });

  await local.broker(0).restart();
  await local.registry.restart();
  await waitFor(async () => (await losses(gateway)).published === 10, {
    what: 'what fits to be published',
    timeoutMs: 60_000,
  });
  assert.deepEqual(await losses(gateway), { published: 10, lost: { 'registry-away': 20 }, pending: 0 });
  const { requests, responses } = await readBoth(config);
  assert.equal(requests.length, 10);
  assert.deepEqual(responses.map(idOf).sort(), requests.map(idOf).sort());
});
