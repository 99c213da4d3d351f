/** What is odd about what comes in. */
import { test } from 'node:test';
import { prove } from '../proof/prove.ts';
import { testCluster } from '../support/cluster.ts';
import { letTimePass } from '../support/wait-for.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

test('the clocks of those who publish are off by up to 5 s, and jump', { timeout: limitMs }, async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  await prove(t, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond,
    traffic: { clockErrorMs: 5_000 },
    disturb: async ({ crew }) => {
      await letTimePass(8_000);
      for (const slot of crew.slots) crew.kill(slot); // those that come read it all from the log
      await crew.untilUp();
      await letTimePass(2_000);
    },
  });
});
