/** What happens to processes of the services, on a broker that is well. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { prove, type Stage } from '../proof/prove.ts';
import { testCluster } from '../support/cluster.ts';
import { letTimePass } from '../support/wait-for.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

const services = ['shadow-invoker', 'comparator'] as const;

async function proveHere(t: TestContext, disturb: (stage: Stage) => Promise<void>): Promise<void> {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  await prove(t, { ...cluster, seed: givenSeed(), requestsPerSecond, disturb });
}

test('every process is replaced under load, as at a deployment', { timeout: limitMs }, (t) =>
  proveHere(t, async ({ crew }) => {
    for (let round = 0; round < 2; round += 1)
      for (const slot of crew.slots) {
        await crew.restart(slot);
        await letTimePass(1_000);
      }
  }),
);

test('each process is frozen for longer than its session', { timeout: limitMs }, (t) =>
  proveHere(t, async ({ crew }) => {
    for (const slot of crew.slots) {
      crew.freeze(slot, 5_000);
      await letTimePass(6_000);
    }
  }),
);

test('all processes are killed at once, and come back to a backlog', { timeout: limitMs }, (t) =>
  proveHere(t, async ({ crew }) => {
    for (let round = 0; round < 3; round += 1) {
      await letTimePass(3_000);
      for (const slot of crew.slots) crew.kill(slot);
      await crew.untilUp();
    }
    t.diagnostic(JSON.stringify({ kills: 3 * crew.slots.length }));
  }),
);

test('a process joins or leaves every two seconds', { timeout: limitMs }, (t) =>
  proveHere(t, async ({ crew, random }) => {
    for (let change = 0; change < 20; change += 1) {
      const service = random.pick(services);
      const members = crew.of(service);
      const last = members.at(-1);
      if (members.length > 1 && last !== undefined && random.chance(0.5)) await crew.leave(last);
      else await crew.join(service);
      await letTimePass(2_000);
    }
  }),
);

test(
  'from one process to eight, more than there are partitions, and back',
  { timeout: limitMs },
  async (t) => {
    const cluster = await testCluster();
    t.after(() => cluster.stop());
    await prove(t, {
      ...cluster,
      seed: givenSeed(),
      requestsPerSecond,
      size: { 'shadow-invoker': 1, comparator: 1 },
      disturb: async ({ crew }) => {
        await letTimePass(2_000);
        for (let members = 1; members < 8; members += 1) await crew.join('comparator');
        await letTimePass(3_000);
        assert.equal(crew.of('comparator').length, 8);
        for (const slot of crew.of('comparator').slice(1)) await crew.leave(slot);
        await letTimePass(2_000);
      },
    });
  },
);

test('a lane’s invokers are away, then its comparators', { timeout: limitMs }, (t) =>
  proveHere(t, async ({ crew }) => {
    for (const service of services) {
      const members = crew.of(service);
      for (const slot of members) await crew.leave(slot);
      await letTimePass(8_000);
      for (const _ of members) await crew.join(service);
    }
  }),
);
