/** What happens to the one broker, and to the registry: a cluster of this file's own. */
import { after, before, suite, test, type TestContext } from 'node:test';
import { type LocalCluster, startLocalCluster } from '@understudy/infra-local';
import { prove, type Stage } from '../proof/prove.ts';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass } from '../support/wait-for.ts';
import { fillDisk } from './full-disk.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

suite('one broker', () => {
  let cluster: LocalCluster;

  before(async () => {
    cluster = await startLocalCluster();
  });
  after(() => cluster.stop());

  async function proveHere(
    t: TestContext,
    disturb: (stage: Stage) => Promise<void>,
    startsCrew = true,
  ): Promise<void> {
    await prove(t, {
      brokers: cluster.bootstrapServers,
      registryUrl: registryAddress(cluster.registryUrl),
      seed: givenSeed(),
      requestsPerSecond,
      startsCrew,
      disturb,
    });
  }

  test('the broker is killed three times', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      for (let kill = 0; kill < 3; kill += 1) {
        await letTimePass(4_000);
        cluster.broker(0).kill('SIGKILL');
        await cluster.broker(0).restart();
      }
      await letTimePass(4_000);
      t.diagnostic(JSON.stringify({ kills: 3 }));
    }),
  );

  test('the broker stands still for 20 s and goes on', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      await letTimePass(4_000);
      cluster.broker(0).kill('SIGSTOP');
      await letTimePass(20_000);
      cluster.broker(0).kill('SIGCONT');
      await letTimePass(6_000);
    }),
  );

  test('the broker’s disk takes nothing any more', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      await letTimePass(4_000);
      await fillDisk(cluster.broker(0));
      await letTimePass(2_000);
      await cluster.broker(0).restart();
      await letTimePass(4_000);
    }),
  );

  test('the registry is away while services start', { timeout: limitMs }, (t) =>
    proveHere(
      t,
      async ({ crew }) => {
        await cluster.registry?.stop();
        const started = crew.start();
        await letTimePass(8_000);
        await cluster.registry?.restart();
        await started;
        await letTimePass(6_000);
      },
      false,
    ),
  );

  test('the registry is killed under load and stays away for 20 s', { timeout: limitMs }, (t) =>
    proveHere(t, async ({ crew }) => {
      await letTimePass(4_000);
      cluster.registry?.kill('SIGKILL');
      await letTimePass(10_000);
      for (const slot of crew.slots.filter((_, index) => index % 2 === 0)) crew.kill(slot); // with nothing in their caches
      await letTimePass(10_000);
      await cluster.registry?.restart();
    }),
  );
});
