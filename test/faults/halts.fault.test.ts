/** What was committed does not fit the log any more: tasks stop, and nothing is reset in silence. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KafkaAdmin } from '@understudy/streams';
import { partitions } from '../proof/scenario.ts';
import { setStage } from '../proof/prove.ts';
import { testCluster } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { givenSeed, requestsPerSecond } from './given.ts';
import { deleteTopic, topicConfigs } from './topics.ts';

const timeoutMs = 60_000;

test('an input is deleted and made anew', { timeout: 240_000 }, async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), 'understudy-halts-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const stage = await setStage(t, folder, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond,
    size: { 'shadow-invoker': 1, comparator: 1 },
  });
  const { crew, traffic, publisher, prefix } = stage;
  await crew.start();
  traffic.start();
  await letTimePass(6_000);
  await traffic.stop();
  await publisher.close();
  for (const slot of crew.slots) await slot.process?.stop();

  const admin = await KafkaAdmin.open({ brokers: cluster.brokers, clientId: 'test' });
  t.after(() => admin.close());
  const requests = `${prefix}requests`;
  const positions = () =>
    Promise.all(
      ['comparator', 'invoker'].map((service) =>
        admin.committed(`${prefix}claims.lean.live.${service}`, [requests], [...Array(partitions).keys()]),
      ),
    );
  const before = await positions();
  assert.ok(
    before.flat().some(({ offset }) => (offset ?? 0) > 0),
    'something was committed',
  );
  const configs = await topicConfigs(cluster.brokers, requests);
  await deleteTopic(cluster.brokers, requests);
  await admin.ensureTopics([{ topic: requests, partitions, replicationFactor: 1, configs }]);

  for (const slot of crew.slots) await slot.start();
  for (const slot of crew.slots)
    await waitFor(() => slot.log.includes('the task is halted'), {
      what: `${slot.service} to halt`,
      timeoutMs,
    });
  for (const { log } of crew.slots) assert.match(log, /the topic was made anew/);
  assert.deepEqual(await positions(), before);
  await rm(folder, { recursive: true });
});
