/** What happens to some of three brokers, each partition on all of them, two of which have to confirm. */
import { after, before, suite, test, type TestContext } from 'node:test';
import { type LocalCluster, startLocalCluster } from '@understudy/infra-local';
import { prove, type Stage } from '../proof/prove.ts'; // before kafkajs: it loads that with our guards
import kafkajs from 'kafkajs';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { givenSeed, limitMs, requestsPerSecond } from './given.ts';

suite('three brokers', () => {
  let cluster: LocalCluster;

  before(async () => {
    cluster = await startLocalCluster({ brokers: 3 });
  });
  after(() => cluster.stop());

  async function proveHere(t: TestContext, disturb: (stage: Stage) => Promise<void>): Promise<void> {
    await prove(t, {
      brokers: cluster.bootstrapServers,
      registryUrl: registryAddress(cluster.registryUrl),
      seed: givenSeed(),
      requestsPerSecond,
      replicationFactor: 3,
      disturb,
    });
  }

  test('one broker after the other is killed, five times', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      for (let kill = 0; kill < 5; kill += 1) {
        await letTimePass(4_000);
        cluster.broker(kill % 3).kill('SIGKILL');
        await letTimePass(2_000);
        await cluster.broker(kill % 3).restart();
        await untilInSync();
      }
      await letTimePass(4_000);
      t.diagnostic(JSON.stringify({ kills: 5 }));
    }),
  );

  test('one broker after the other is restarted', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      for (let broker = 0; broker < 3; broker += 1) {
        await letTimePass(4_000);
        await cluster.broker(broker).restart();
        await untilInSync();
      }
      await letTimePass(4_000);
    }),
  );

  test('the brokers that coordinate a group and its transactions are killed', { timeout: limitMs }, (t) =>
    proveHere(t, async ({ prefix }) => {
      const groups = ['comparator', 'invoker'].map((service) => `${prefix}claims.lean.live.${service}`);
      const coordinators = groups.flatMap((group) => [
        ['__consumer_offsets', group] as const,
        ['__transaction_state', `${group}.0`] as const,
      ]);
      for (const [topic, id] of coordinators) {
        await letTimePass(4_000);
        const broker = cluster.broker(await coordinatorOf(topic, id));
        broker.kill('SIGKILL');
        await letTimePass(2_000);
        await broker.restart();
        await untilInSync();
      }
      t.diagnostic(JSON.stringify({ kills: coordinators.length }));
    }),
  );

  test('two of three brokers are away for 30 s', { timeout: limitMs }, (t) =>
    proveHere(t, async () => {
      await letTimePass(4_000);
      cluster.broker(1).kill('SIGKILL');
      cluster.broker(2).kill('SIGKILL');
      await letTimePass(30_000);
      await Promise.all([cluster.broker(1).restart(), cluster.broker(2).restart()]);
      await letTimePass(6_000);
    }),
  );

  /** Its position in the cluster; brokers are numbered from 1. */
  async function coordinatorOf(topic: string, id: string): Promise<number> {
    const partitions = await partitionsOf([topic]);
    const own = javaHash(id) % partitions.length;
    return (partitions.find(({ partitionId }) => partitionId === own)?.leader ?? 1) - 1;
  }

  /** Whoever is killed next is missed by no partition. */
  async function untilInSync(): Promise<void> {
    const isInSync = async (): Promise<boolean> => {
      const partitions = await partitionsOf().catch(() => []); // of brokers that are busy taking over
      return partitions.length > 0 && partitions.every(({ isr, replicas }) => isr.length === replicas.length);
    };
    await waitFor(isInSync, { what: 'all copies to be in sync', timeoutMs: 180_000 });
  }

  /** Of the topics, or of all. */
  async function partitionsOf(topics?: string[]) {
    const brokers = [...cluster.bootstrapServers];
    const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      const metadata = await admin.fetchTopicMetadata(topics && { topics });
      return metadata.topics.flatMap(({ partitions }) => partitions);
    } finally {
      await admin.disconnect();
    }
  }
});

/** What Kafka takes the partition of a group or a transactional id from: Java's hash of the text, without its sign. */
function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash & 0x7fffffff;
}
