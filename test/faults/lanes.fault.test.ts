/** Lanes share topics: what one lane's trouble costs another one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prove } from '../proof/prove.ts';
import { testCluster } from '../support/cluster.ts';
import { apiKeys, KafkaProxy } from '../support/kafka-proxy.ts';
import { letTimePass } from '../support/wait-for.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

/** Longer than a transaction's time-out of 30 s, which would end it if nobody took the frozen tasks over. */
const frozenMs = 40_000;
/** The session's time-out of 2 s, the rebalance, and the take-over. */
const mostMs = 20_000;

/**
 * Both lanes have their windows in the same partitions of window-parts and divergence. A transaction that is open there
 * hides what others write behind it.
 */
test('a lane’s process stands still inside a transaction', { timeout: limitMs }, async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const proxy = await KafkaProxy.start(cluster.brokers[0] ?? '');
  t.after(() => proxy.close());
  const counts = await prove(t, {
    ...cluster,
    seed: givenSeed(),
    requestsPerSecond,
    size: { 'shadow-invoker': 2, comparator: 3 },
    configOf: (service, number) => {
      if (service === 'shadow-invoker') return {};
      if (number === 1) return { experiments: ['claims'], brokers: [`127.0.0.1:${proxy.port}`] };
      return { experiments: [number === 2 ? 'claims' : 'quotes'] };
    },
    disturb: async ({ crew }) => {
      const [slot] = crew.of('comparator');
      if (slot === undefined) throw new Error('there is no comparator');
      await letTimePass(3_000);
      await proxy.holdNextRequest(apiKeys.endTxn);
      crew.freeze(slot, frozenMs);
      await letTimePass(frozenMs + 4_000);
    },
  });
  const delayMs = counts['quotes.heavy.live: slowest merge, ms'] ?? Infinity;
  assert.ok(delayMs < mostMs, `the other lane’s windows waited for ${delayMs} ms`);
});
