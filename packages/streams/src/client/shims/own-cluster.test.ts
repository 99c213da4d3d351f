import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { ISocketFactory } from 'kafkajs';
import { clusterMadeWith, nameTopics, ownCluster } from './own-cluster.ts';

type Options = ConstructorParameters<Parameters<typeof ownCluster>[0]>[0] & Record<string, unknown>;

const Bare = createRequire(import.meta.url)('kafkajs/src/cluster/index.js');
const Cluster = ownCluster(Bare);

function optionsWith(socketFactory: ISocketFactory): Options {
  return { socketFactory, brokers: ['127.0.0.1:1'], logger: { namespace: () => null } };
}

const newFactory = (): ISocketFactory => () => assert.fail('nothing is connected');

test("bare kafkajs' cluster knows of no topic, and asks about all of them", () => {
  const cluster = new Bare(optionsWith(newFactory()));
  assert.equal(cluster.targetTopics.size, 0, 'kafkajs was mended: the guard can go');
});

test('a cluster knows of the topics that its client was made for, and another one does not', () => {
  const factory = newFactory();
  nameTopics(factory, ['a', 'b']);
  assert.deepEqual([...new Cluster(optionsWith(factory)).targetTopics], ['a', 'b']);
  assert.deepEqual([...new Cluster(optionsWith(newFactory())).targetTopics], []);
});

test('a cluster is found by what its client was made with', () => {
  const factory = newFactory();
  assert.equal(clusterMadeWith(factory), undefined);
  const cluster: unknown = new Cluster(optionsWith(factory));
  assert.equal(clusterMadeWith(factory), cluster);
});
