/** What is odd about what comes in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ManagedProcess } from '@understudy/infra-local';
import { residentMiB } from '../bench/support/measured.ts';
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

/** Beyond what a comparator may hold of a backlog, by the limits of its queues and its joins, and what it takes at rest. */
const residentLimitMiB = 512;
/** Those to the quiet partition are left out: some 17,000 are written. */
const backlog = 20_000;

test('requests and production’s responses are far ahead of the shadow’s', { timeout: limitMs }, async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const comparators: ManagedProcess[] = [];
  await prove(t, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond,
    size: { 'shadow-invoker': 1, comparator: 1 },
    disturb: async ({ crew, traffic }) => {
      for (const { process } of crew.of('comparator')) if (process !== null) comparators.push(process);
      for (const slot of crew.of('shadow-invoker')) await crew.leave(slot);
      for (let sent = 0; sent < backlog; sent += 500) {
        for (let n = 0; n < 500; n += 1) traffic.exchange();
        await letTimePass(250); // about what the machine writes meanwhile
      }
      await crew.join('shadow-invoker');
    },
  });
  const highest = comparators.map((comparator) => residentMiB(comparator, 'VmHWM'));
  t.diagnostic(`the comparator took ${highest.join()} MiB at most`);
  assert.equal(highest.length, 1);
  assert.ok(
    highest.every((mib) => mib > 0 && mib < residentLimitMiB),
    `${highest.join()} MiB`,
  );
});
