/** What is odd about what comes in: clocks of those who publish that are wrong, and more of it than memory holds. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

const backlog = 6_000;
const bodyBytes = 48 * 1024;
const mostMb = 512;

test('300 MB come while the invokers are away', { timeout: limitMs }, async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  let comparators: readonly number[] = [];
  await prove(t, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond: 10,
    traffic: { bodyBytes },
    disturb: async ({ crew, traffic, publisher }) => {
      const invokers = crew.of('shadow-invoker');
      for (const slot of invokers) await crew.leave(slot);
      for (let sent = 0; sent < backlog; sent += 100) {
        for (let n = 0; n < 100; n += 1) traffic.exchange();
        await publisher.flush();
      }
      await letTimePass(3_000);
      for (const _ of invokers) await crew.join('shadow-invoker');
      comparators = crew.of('comparator').map((slot) => slot.process?.pid ?? 0);
    },
  });
  const peaksMb = comparators.map(peakMb);
  t.diagnostic(`resident memory of the comparators, at most: ${peaksMb.join(' and ')} MB`);
  assert.ok(Math.max(...peaksMb) < mostMb, `${peaksMb.join(' and ')} MB`);
});

/** The most that a process has had in memory so far, by the kernel's count. */
function peakMb(pid: number): number {
  const [, kilobytes = 'NaN'] =
    /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
