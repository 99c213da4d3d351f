/**
 * The proof that windows are exact whoever dies: processes of shadow-invoker and comparator are killed with SIGKILL at
 * random points, dozens of times, under load; then an oracle that shares no code with them recomputes every window
 * from the raw topics (see test/proof/oracle).
 *
 * Set by the environment: UNDERSTUDY_PROOF_SEED (default random, printed), UNDERSTUDY_PROOF_KILLS (default 40; a kill
 * takes about 2.5 s), UNDERSTUDY_PROOF_RATE (requests a second, default 200).
 */
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { prove } from '../proof/prove.ts'; // first: it loads the Kafka client with our guards
import { Chaos } from '../proof/chaos.ts';
import { targets } from '../proof/scenario.ts';
import { testCluster } from '../support/cluster.ts';

const seed = numberFrom('UNDERSTUDY_PROOF_SEED', randomInt(2 ** 31));
const kills = numberFrom('UNDERSTUDY_PROOF_KILLS', 40);
const requestsPerSecond = numberFrom('UNDERSTUDY_PROOF_RATE', 200);
const faultEveryMs = 2_000;
const frozenMs = 4_000;

test(
  'every window is exact though invokers, comparators and mergers are killed',
  { timeout: 200_000 + kills * 8_000 }, // where the machine has other work; half of it on one that has none
  async (t) => {
    t.diagnostic(`UNDERSTUDY_PROOF_SEED=${seed} tries it again`);
    const cluster = await testCluster();
    t.after(() => cluster.stop());
    await prove(t, {
      ...cluster,
      seed,
      requestsPerSecond,
      traffic: { late: true },
      disturb: async ({ crew, random, prefix }) => {
        const chaos = new Chaos({
          brokers: cluster.brokers,
          crew,
          random,
          kills,
          everyMs: faultEveryMs,
          frozenMs,
          targets: targets(prefix),
        });
        await chaos.run();
        t.diagnostic(JSON.stringify(chaos.counts));
      },
    });
  },
);

function numberFrom(variable: string, otherwise: number): number {
  return Number(process.env[variable] ?? otherwise);
}
