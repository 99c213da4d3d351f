/** A process dies at a chosen point of a transaction: what it has asked of the broker tells where it is. */
import { test, type TestContext } from 'node:test';
import { prove } from '../proof/prove.ts';
import type { ServiceName } from '../proof/service-slot.ts';
import { testCluster } from '../support/cluster.ts';
import { apiKeys, KafkaProxy } from '../support/kafka-proxy.ts';
import { letTimePass } from '../support/wait-for.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

/** Resolves when a process behind the proxy has come to the point. */
type Point = (proxy: KafkaProxy) => Promise<unknown>;

const killsPerProcess = 2;
const betweenMs = 1_500;

const points: readonly (readonly [string, Point])[] = [
  ['after its records, before its positions', (proxy) => proxy.holdNextRequest(apiKeys.txnOffsetCommit)],
  ['after its positions, before the commit', (proxy) => proxy.holdNextRequest(apiKeys.endTxn)],
  ['after the commit, before it hears of it', (proxy) => proxy.dropNextResponse(apiKeys.endTxn)],
];

for (const [where, point] of points)
  test(`processes are killed in a transaction ${where}`, { timeout: limitMs }, (t) =>
    proveBehindProxies(t, async ({ proxyOf, kill }) => {
      for (let round = 0; round < killsPerProcess; round += 1)
        for (const [service, number] of everyProcess) {
          await point(proxyOf(service, number));
          await kill(service, number);
          await letTimePass(betweenMs);
        }
    }),
  );

test('the ends of transactions arrive when others have the tasks', { timeout: limitMs }, (t) =>
  proveBehindProxies(t, async ({ proxyOf, kill }) => {
    for (const [service, number] of everyProcess) {
      const late = await proxyOf(service, number).holdNextRequest(apiKeys.endTxn);
      await kill(service, number);
      await letTimePass(betweenMs);
      await late.deliver();
    }
  }),
);

test('answers to commits get lost, and the processes live on', { timeout: limitMs }, (t) =>
  proveBehindProxies(t, async ({ proxyOf }) => {
    for (let round = 0; round < 4; round += 1)
      for (const [service, number] of everyProcess) {
        await proxyOf(service, number).dropNextResponse(apiKeys.endTxn);
        await letTimePass(betweenMs / 3);
      }
  }),
);

test('connections carry nothing any more, and are not closed', { timeout: limitMs }, (t) =>
  proveBehindProxies(t, async ({ proxyOf }) => {
    for (const [service, number] of everyProcess) {
      proxyOf(service, number).freeze();
      await letTimePass(4_000);
    }
    await letTimePass(12_000); // the client's time-out of 10 s, in all of them
  }),
);

const everyProcess: readonly (readonly [ServiceName, number])[] = [
  ['shadow-invoker', 1],
  ['comparator', 1],
  ['shadow-invoker', 2],
  ['comparator', 2],
];

interface Hands {
  readonly proxyOf: (service: ServiceName, number: number) => KafkaProxy;
  /** Resolves when it is up again. */
  readonly kill: (service: ServiceName, number: number) => Promise<void>;
}

/** Each process reaches Kafka through a proxy of its own. */
async function proveBehindProxies(t: TestContext, disturb: (hands: Hands) => Promise<void>): Promise<void> {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const proxies = new Map<string, KafkaProxy>();
  for (const [service, number] of everyProcess) {
    const proxy = await KafkaProxy.start(cluster.brokers[0] ?? '');
    proxies.set(`${service}-${number}`, proxy);
    t.after(() => proxy.close());
  }
  const proxyOf = (service: ServiceName, number: number): KafkaProxy => {
    const proxy = proxies.get(`${service}-${number}`);
    if (proxy === undefined) throw new Error(`there is no ${service} ${number}`);
    return proxy;
  };
  let kills = 0;
  await prove(t, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond,
    configOf: (service, number) => ({ brokers: [`127.0.0.1:${proxyOf(service, number).port}`] }),
    disturb: ({ crew }) =>
      disturb({
        proxyOf,
        kill: async (service, number) => {
          const slot = crew.of(service)[number - 1];
          if (slot === undefined) throw new Error(`there is no ${service} ${number}`);
          kills += 1;
          crew.kill(slot);
          await crew.untilUp();
        },
      }),
  });
  t.diagnostic(JSON.stringify({ kills }));
}
